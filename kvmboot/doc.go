// Package kvmboot starts a unikernel image on the KVM of this machine. Its devices,
// boot protocols and guest memory are packages below it; package qemu above it boots the
// same configurations where there is no KVM.
//
// Scope: one virtual machine with flat RAM, an in-kernel interrupt controller,
// up to [MaxCPUs] processors, a 16550 serial port, two status ports and
// virtio-mmio devices (block, console, entropy, balloon, sockets, shared folders). The kernel is any
// ELF64 file with a PVH note (XEN_ELFNOTE_PHYS32_ENTRY). The package knows
// neither symbols nor manifests.
//
// Trust: the kernel file, the root image and everything that the guest does are
// hostile. Every guest address goes through [guestmem.Memory], every number from an
// ELF file or a virtqueue is checked before use, and what one guest request can
// make the runner do is bounded in time and memory. The configuration (paths,
// sizes, readers and writers) comes from the caller and is trusted.
//
// unsafe is found only in files named *_unsafe.go.
package kvmboot
