// Package threadtest runs the arithmetic of the kernel's threads (kernel/thread/vector_layout.c) on the host, with
// processors that are played: every generation's CPUID. It is tests only.
package threadtest
