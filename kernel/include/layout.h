/* The one address map. Everything that names an address takes it from here.
 *
 *   0000_0000_0000            unmapped: page 0 and below mmap_min
 *   0000_0040_0000            non-PIE programs, where they ask to be
 *   5555_5555_4000            PIE programs, then their brk heap (each as much higher as core/mm/aslr.c says)
 *   ....                      mmap, downwards from USER_MMAP_TOP, or up to 1 TB lower (core/mm/aslr.c)
 *   7fff_fe00_0000            main thread's stack ends here (USER_STACK_TOP), or up to 16 GB lower
 *   4000_0000_0000            DIRECT_BASE: all physical memory, 2 MB pages, RW+NX
 *   4000_0010_0000            the kernel image (inside the direct map, 4 KB pages, W^X)
 *   4000_fec0_0000 ...        device registers, at DIRECT_BASE + physical address
 *   4000_fee1_0000            the loader of modules (LOADER_BASE), where there is one: the physical addresses
 *                             behind the local APIC are those of interrupt messages, never of memory
 *   40ff_8000_0000            stacks of the kernel's threads (KSTACK_BASE)
 *   40ff_c000_0000            registers above DIRECT_SIZE (DEVICE_WINDOW)
 *
 * The kernel lives in the lower half so that ring 3 reaches it, and high up
 * so that a non-PIE program loads untouched.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#include "uk_abi.h"

#define PAGE_SHIFT	12
#define PAGE_SIZE	4096
#define HUGE_SHIFT	21
#define HUGE_SIZE	0x200000

#define DIRECT_BASE	0x400000000000
#define DIRECT_SIZE	0x010000000000	/* two PML4 entries: 1 TB */
#define DEVICE_WINDOW	0x40000000	/* of it, at the end */
#define KSTACK_WINDOW	0x40000000	/* before that */
#define DIRECT_END	(DIRECT_SIZE - DEVICE_WINDOW - KSTACK_WINDOW)	/* physical addresses below it are in the map */
#define KSTACK_BASE	(DIRECT_BASE + DIRECT_END)
#define BOOT_MAPPED	0x1000000	/* physical memory that entry.S maps */
#define KERNEL_PHYS	0x100000
#define KERNEL_PML4	128		/* DIRECT_BASE >> 39 */

#define LOADER_BASE	(DIRECT_BASE + LAPIC_PHYS + 0x10000)	/* linker/modlink.go binds it to this address */

#define USER_MIN	0x10000
#define USER_PIE_BASE	0x555555554000
#define USER_MMAP_TOP	0x7ff800000000
#define USER_STACK_TOP	0x7ffffe000000
#define USER_STACK_SIZE	0x800000
#define USER_MAX	0x7ffffffff000
#define USER_NOWHERE	USER_MAX	/* one page that is never mapped: core/mm/user_copy.c */

#define LAPIC_PHYS	0xfee00000
#define LAPIC_RANGE	0x100000	/* its registers, and what messages of interrupts are written to (Intel SDM 3A 11.11.1) */
#define IOAPIC_PHYS	0xfec00000
#define AP_TRAMPOLINE	0x8000		/* real-mode start page of further CPUs */

/* Segment selectors. SYSRET wants user data below user code. */
#define SEL_KCODE	0x08
#define SEL_KDATA	0x10
#define SEL_UDATA	0x1b
#define SEL_UCODE	0x23
#define SEL_TSS		0x28

/* Interrupt vectors 0x20..0x3f: one bit each in thread.irq_pending. */
#define VEC_IRQ_BASE	0x20
#define VEC_DEVICE	0x20		/* devices, in the order in which they ask: arch/x86_64/irq.c */
#define VEC_TIMER	0x38
#define VEC_IPI		0x39
#define VEC_SPURIOUS	0x3f
#define VEC_END		0x40
#define ERROR_CODES	0x227d00	/* exceptions with which the CPU pushes one: 8, 10 to 14, 17, 21 */
#define STUB_SIZE	5		/* arch/x86_64/stubs.S, of each vector */

#define KSTACK_SIZE	0x4000

#endif
