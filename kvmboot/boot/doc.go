// Package boot reads kernels and puts into guest memory what they need to start, by
// either of two protocols: PVH ([Info]), and Linux's 64-bit one with its zero page and
// the tables of a PC ([WriteZeroPage]), for machines as Firecracker makes them.
//
// A kernel's file may be hostile: each number in it is checked, and what is wrong is a
// [KernelError].
package boot
