/* What an architecture has for the floors below and above it (arch/x86_64). These names, and those of kernel/interfaces,
 * are all that a lower floor may call of a higher one (kernel/kit/floors). */
#ifndef ARCH_H
#define ARCH_H

#include "types.h"

struct regs;
struct thread;

/* boot/main.c: where entry.S ends; INFO is hvm_start_info. */
noreturn void boot_main(phys_t info);

struct cpu;
extern struct cpu boot_cpu;	/* cpu_tables.c */

/* call.S: the one instruction that reaches ring 0. */
u64 monitor_call(u64 fn, u64 a, u64 b, u64 c);
extern u32 monitor_cr4;		/* features.S: what CR4 is */

/* serial.c: early messages through the monitor; no lock needed. */
void serial_write(const char *s, size_t n);

/* random.c: N words of RDRAND, false where there is none; and a word for the time before there are devices, which is as
 * hard to guess as the time then. */
bool cpu_random(u64 *v, unsigned n);
u64 random_early(void);

/* bases.c: FS of the current thread; bases_switch makes T that. */
u64 fsbase(void);
void fsbase_set(u64 v);
void bases_switch(struct thread *t);

/* switch.S: to another kernel stack; where a new thread begins. */
void switch_stack(u64 *save_rsp, u64 load_rsp);
void thread_begin(void);

/* vector.c: vector state. An area is for a thread; kfree() frees it. */
void *vector_alloc(void);
void vector_save(void *area);
void vector_restore(const void *area);

/* upcall.c */
bool on_kstack(u64 rsp);		/* of the current thread */
const char *fault_name(unsigned vector);

/* irq.c: HANDLER(ARG) runs at an interrupt of line GSI, in ring 3, with the kernel lock held and interrupts noted: it must
 * not sleep. irq_run_pending serves those that were noted. */
void irq_register(u32 gsi, void (*handler)(void *), void *arg);
void irq_run_pending(void);

/* lapic.c: the local timer, in ns and in its own counts, and interrupts between processors. */
void lapic_init(void);
void lapic_arm(ns_t delta);
u32 lapic_count(void);
void lapic_eoi(void);
void lapic_send(u32 apic_id, u32 command);	/* the low half of the interrupt command register */
#define ICR_FIXED	0x4000	/* and the vector */
#define ICR_INIT	0x4500
#define ICR_STARTUP	0x4600
u32 lapic_id(void);

/* signal_frame.c, signal_here.S: a handler's frame is made on its stack, is left again, is made for a thread that called
 * the kernel directly. */
void signal_deliver(struct regs *r);
void signal_return(struct regs *r, u64 sp);
void signal_here(void);

/* registers.c: accesses that may be listed, and carried out in their order at the next read or flush. */
extern volatile u32 *register_doorbell;
void register_write(volatile u32 *regs, unsigned index, u32 value), register_flush(void);
u32 register_read(volatile u32 *regs, unsigned index);

/* page_tables.c */
void *map_device(phys_t p, size_t len);	/* uncached registers, in the direct map */
#define PTE_P		1UL
#define PTE_W		2UL
#define PTE_U		4UL
#define PTE_UNCACHED	0x18UL
#define PTE_A		0x20UL		/* the processor used it: only then can a TLB hold it (SDM vol. 3, 4.10.2.3) */
#define PTE_HUGE	0x80UL
#define PTE_OWNED	0x200UL		/* ours to write: not shared with the page cache */
#define PTE_NX		(1UL << 63)
#define PTE_ADDR	0x000ffffffffff000UL
/* The entry that maps ADDR. *LEVEL: 1 for 4 KB, 2 for 2 MB. When nothing maps it: with CREATE the level-1
 * entry, its tables made (NULL: memory is out), else NULL, and *LEVEL of the entry that has no table. */
u64 *pte_find(u64 addr, bool create, int *level);
u64 page_entry(u64 addr);	/* of the page tables, at whatever level; 0: none */
u64 *pde_find(u64 addr);	/* the 2 MB entry, its tables made; NULL: memory is out */
bool huge_split(u64 *pde);	/* a 2 MB entry becomes a table; false: memory is out */
void *pte_page(u64 entry);	/* that it maps */
u64 pte_flags(int prot);
u64 pte_own(const void *page, int prot);	/* an entry for PAGE, of its own */
void tlb_flush(void);		/* on every CPU, before it returns */

#endif
