/* Per-CPU state. The second part belongs to the monitor: descriptor tables and
 * ring-0 stacks, filled in before the CPU starts. */
#ifndef CPU_H
#define CPU_H

#include "arch.h"
#include "cpuid.h"
#include "layout.h"
#include "offsets.h"
#include "thread.h"

/* 64-bit task state segment (Intel SDM vol. 3, 8.7). */
struct tss {
	u32 reserved0;
	u64 rsp[3];
	u64 reserved1;
	u64 ist[7];
	u64 reserved2;
	u16 reserved3, iomap;
} __attribute__((packed));

/* Only one that is not idle runs what may use a stale translation: others take the lock first, and smp_poll(). */
enum cpu_idle {
	IDLE_NOT,
	IDLE_LOOKS,		/* at this word, for a while */
	IDLE_HALTED,		/* in MON_HALT, or about to be: an interrupt is needed */
	IDLE_CALLED,		/* something is ready for it */
};

struct cpu {
	struct thread *idle;
	struct thread *running;
	struct cpu *next;	/* of those that take part in scheduling: from boot_cpu on, NULL behind the last */
	ns_t timer_armed;	/* deadline that the local timer is set to, or FOREVER */
	ns_t slice_end;
	ns_t spin_since, yielded;	/* core/thread/spin.c */
	u32 patience;		/* so long, in ns, it spins before it gives the host's processor away */
	u32 look;		/* so long, in ns, it looks before it halts */
	u32 tlb_seen;		/* arch/x86_64/smp.c */
	u32 apic_id;
	u32 ipi_to;		/* arch/x86_64/lapic.c; 0, as in the register after a reset */
	u32 index;		/* in cpus[]: its number for programs */
	bool online;
	volatile u8 idling;		/* enum cpu_idle; the kernel lock is held to leave IDLE_NOT, and to come back to it */
	bool waits_for_lock;	/* and will drop stale translations when it has it (arch/x86_64/smp.c) */
	u8 room[CPU_GDT - 83];
	u64 gdt[8];
	struct tss tss;
	u16 pad;
	u16 gdtr_limit;
	u64 gdtr_base;
	u8 stack[CPU_STACK_TOP - CPU_STACK];		/* ring 0: interrupts and faults */
	u8 ist_stack[CPU_IST_TOP - CPU_STACK_TOP];	/* NMI, double fault, machine check */
	u32 interrupts[VEC_END - VEC_IRQ_BASE];	/* how many there were */
} __attribute__((packed, aligned(64)));

#define MAX_CPUS 64	/* a bit each in thread.affinity */
extern struct cpu *cpus[MAX_CPUS];
extern unsigned cpu_count;
static inline struct cpu *cpu_at(unsigned i) { return i ? cpus[i] : &boot_cpu; }	/* also where there is one */

static inline u64 cpus_all(void) { return ~0UL >> (64 - cpu_count); }
static inline u64 cpus_allowed(const struct thread *t) { return t->affinity ? t->affinity : cpus_all(); }

#define current_cpu() (current()->cpu)
#define cpu_each(c) for (struct cpu *c = &boot_cpu; c; c = c->next)

/* arch/x86_64/idt.c, arch/x86_64/smp.c */
void cpu_init_tables(struct cpu *c);

/* It is to choose a thread anew. */
static inline void cpu_look_again(struct cpu *c)
{
	if (c == current_cpu())
		current()->need_resched = true;
	else
		lapic_send(c->apic_id, ICR_FIXED | VEC_IPI);
}

/* core/thread/spin.c */
void spin_begin(struct cpu *c);
void spin_on(struct cpu *c);

static inline u64 rdtsc(void)
{
	u32 lo, hi;
	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (u64)hi << 32 | lo;
}

#endif
