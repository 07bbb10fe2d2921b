// Package qemu boots under QEMU what package kvmboot boots itself: on its machines
// microvm and q35, with KVM or without.
package qemu
