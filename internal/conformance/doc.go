// Package conformance runs other people's test suites twice, on the host's
// kernel and C library and in a guest, with the same binaries, and compares
// what each test gave. The host is the judge: a test that the host passes and
// the guest does not is a difference, and every difference must be explained in
// docs/conformance.md.
//
// The suites are Go's standard library (compiled by the host's Go, static and
// position-independent), CPython's (Debian's libpython3.11-testsuite), musl's
// libc-test (from a folder that the user names: no package has it) and the
// --version of every program that is installed.
//
// The suites' code runs on the host as it is, with a network, /tmp and System V
// IPC of its own where the user may have them. It is as trusted as the
// packages that it comes from.
package conformance
