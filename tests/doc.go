// Package tests holds the end-to-end tests: ordinary programs are compiled with
// the host's compilers, run on the host and as images in virtual machines, and
// must behave alike.
//
//	go test ./tests -run KVM/hello
//	go test ./tests -run TCG/app-lua
//
// The rows are in table_test.go, the programs in programs/ and ../apps/. A boot
// that does not end is ended by a deadline; no test asserts how long anything
// takes. Without /dev/kvm the KVM tests are skipped, which UK_REQUIRE_KVM=1
// forbids.
package tests
