// Package elftest runs the kernel's ELF loader and dynamic linker (kernel/elf)
// as a program of the host, on good files and on damaged ones. It holds only
// tests.
package elftest
