// Package archtest runs the arithmetic of the kernel's threads (kernel/arch/x86_64/vector_layout.c) on the host, with
// processors that are played: every generation's CPUID. It is tests only.
package archtest
