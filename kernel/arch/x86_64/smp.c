/* Further CPUs: started one after the other with INIT and SIPI; translations
 * dropped on all of them together. Linked in only with threads. */
#include "boot.h"
#include "cpu.h"
#include "driver.h"
#include "inet_host.h"
#include "kernel.h"
#include "offsets.h"

#define LOOK_NS		100000	/* twice what a halt and the interrupt that ends it cost */
#define START_TIMEOUT	10000000000	/* as Linux has it */

extern char ap_trampoline[], ap_trampoline_end[], ap_cr3[], ap_cpu[];
extern u64 boot_pml4[512];

void lapic_enable(void);
struct thread *sched_make_idle(struct cpu *c);
bool sched_others_ready(void);
OPTIONAL void raw_syscalls_enable(void) {}

const char smp_anchor[0];	/* what clone refers to, so that this file is linked */
static u32 tlb_generation;

/* On CPUs that wait for the lock or have just taken it. */
static void drop_stale(struct cpu *c)
{
	u32 now = __atomic_load_n(&tlb_generation, __ATOMIC_ACQUIRE);

	if (c->tlb_seen == now)
		return;
	monitor_call(MON_CR3, virt_to_phys(boot_pml4), 0, 0);
	__atomic_store_n(&c->tlb_seen, now, __ATOMIC_RELEASE);
}

void smp_poll(void)
{
	struct cpu *c = current_cpu();

	c->waits_for_lock = false;
	drop_stale(c);
}

void smp_wait(u32 *lock)
{
	struct cpu *c = current_cpu();

	__atomic_store_n(&c->waits_for_lock, true, __ATOMIC_SEQ_CST);
	spin_begin(c);
	do {
		__builtin_ia32_pause();
		drop_stale(c);		/* who asked may not have seen that this one waits */
		spin_on(c);
	} while (__atomic_load_n(lock, __ATOMIC_RELAXED));
}

static bool runs(const struct cpu *c)
{
	return c->online && c->idling == IDLE_NOT && !__atomic_load_n(&c->waits_for_lock, __ATOMIC_ACQUIRE);
}

/* The lock is held. CPUs that are idle or wait for the lock run nothing before they have it, and
 * smp_poll with it; the others are interrupted and waited for. */
void tlb_flush_others(void)
{
	struct cpu *self = current_cpu();
	u32 now;

	if (cpu_count == 1)	/* at boot none is known yet */
		return;
	now = __atomic_add_fetch(&tlb_generation, 1, __ATOMIC_ACQ_REL);
	self->tlb_seen = now;
	cpu_each(c)
		if (c != self && runs(c))
			lapic_send(c->apic_id, ICR_FIXED | VEC_IPI);
	spin_begin(self);
	cpu_each(c)
		while (c != self && runs(c) && __atomic_load_n(&c->tlb_seen, __ATOMIC_ACQUIRE) != now) {
			__builtin_ia32_pause();
			spin_on(self);
		}
}

/* sys/thread/affinity.c */
OPTIONAL bool sched_allowed(const struct thread *t, const struct cpu *c) { return true; }
OPTIONAL void sched_demand(const struct thread *t) {}

/* T is ready. This one is among them when its timer was due while it looked. One that looks is told by a store, one that is halted by an interrupt, which costs both of them far more.
 * False: there is none. */
bool kick_idle_cpu(const struct thread *t)
{
	struct cpu *best = NULL;

	cpu_each(c) {
		u8 idling = c->idling;
		if ((idling == IDLE_LOOKS || (idling == IDLE_HALTED && !best)) && sched_allowed(t, c))
			best = c;
	}
	if (!best) {
		sched_demand(t);
		return false;
	}
	if (__atomic_exchange_n(&best->idling, IDLE_CALLED, __ATOMIC_ACQ_REL) == IDLE_HALTED) {
		best->look = LOOK_NS;	/* it would have been worth it */
		lapic_send(best->apic_id, ICR_FIXED | VEC_IPI);
	}
	return true;
}

/* Without the lock, until C is called, an interrupt comes, or UNTIL. False: none came. */
static bool looked(struct cpu *c, ns_t until)
{
	do {
		if (c->idling != IDLE_LOOKS || __atomic_load_n(&current()->irq_pending, __ATOMIC_RELAXED))
			return true;
		__builtin_ia32_pause();
	} while (now_monotonic() < until);
	return false;
}

/* C has nothing to run; the lock is held, but not meanwhile. False: it is to halt. */
static bool look(struct cpu *c)
{
	ns_t now = now_monotonic(), until = now + c->look, due = timer_next();

	if (due < now + LOOK_NS / 2)	/* the timer would be late, and cost more */
		until = max(until, due);
	if (until <= now && due > now)
		return false;
	c->idling = IDLE_LOOKS;
	kunlock();
	bool called = looked(c, min(until, due));
	klock();
	if (due <= until) {
		timer_look();
		called = true;
	} else if (!called) {
		c->look /= 2;
	}
	return called || sched_others_ready();
}

/* Nothing to run: look for work a while, then wait for an interrupt. Interrupts stay noted in this thread (irq_off never
 * falls to 0), so none is lost between the look at the queue and the halt. */
noreturn void idle_loop(void *unused)
{
	struct thread *t = current();
	struct cpu *c;

	t->irq_off++;
	for (;;) {
		klock();
		c = t->cpu;
		c->idling = IDLE_NOT;
		irq_run_pending();
		schedule();
		bool halt = !sched_others_ready() && !look(c);
		if (halt) {
			c->idling = IDLE_HALTED;
			timer_program();
		}
		kunlock();
		if (halt && !inet_host_idle())
			monitor_call(MON_HALT, 0, 0, 0);
	}
}

noreturn void ap_main(struct cpu *c)
{
	lapic_enable();
	raw_syscalls_enable();
	__atomic_store_n(&c->online, true, __ATOMIC_RELEASE);
	/* Not for the lock: the boot CPU has it for long, and dozens that spin would take its time. */
	while (__atomic_load_n(&c->idling, __ATOMIC_ACQUIRE) == IDLE_HALTED)
		monitor_call(MON_HALT, 0, 0, 0);
	idle_loop(NULL);
}

static void start(struct cpu *c)
{
	char *page = phys_to_virt(AP_TRAMPOLINE);
	ns_t limit = now_monotonic() + START_TIMEOUT;

	memcpy(page, ap_trampoline, ap_trampoline_end - ap_trampoline);
	*(u64 *)(page + (ap_cr3 - ap_trampoline)) = virt_to_phys(boot_pml4);
	*(u64 *)(page + (ap_cpu - ap_trampoline)) = (u64)c;
	lapic_send(c->apic_id, ICR_INIT);	/* to wait after it is for processors older than any with these features (Linux, smpboot_init_udelay) */
	lapic_send(c->apic_id, ICR_STARTUP | AP_TRAMPOLINE >> 12);
	while (!__atomic_load_n(&c->online, __ATOMIC_ACQUIRE)) {
		__builtin_ia32_pause();
		if (now_monotonic() > limit)	/* it may still come, where it would find no trampoline */
			panic("boot: CPU %u did not start", c->apic_id);
	}
}

/* drivers/acpi_madt.c: the APIC IDs of the processors besides this one; how many. */
OPTIONAL unsigned firmware_cpus(u32 *ids, unsigned max) { return 0; }

/* The command line goes before the firmware's tables, which name all processors. */
static unsigned other_cpus(u32 *ids)
{
	const char *s = cmdline_get(CMD_CPUS, 0);
	unsigned found = firmware_cpus(ids, MAX_CPUS - 1);

	if (!s)
		return found;
	u64 n = parse_u64(s);
	n = min(n, (u64)MAX_CPUS);
	n -= n > 0;
	if (found)
		return min((unsigned)n, found);
	for (unsigned i = 0; i < n; i++)
		ids[i] = i + 1;
	return n;
}

void smp_start(void)
{
	u32 ids[MAX_CPUS - 1];
	unsigned n = other_cpus(ids);

	if (!n)
		return;
	boot_pml4[0] = boot_pml4[KERNEL_PML4];	/* they come up at their physical address; W^X as in the kernel's map */
	u64 *pte;
	int level;
	pte = pte_find(AP_TRAMPOLINE, false, &level);
	*pte = AP_TRAMPOLINE | pte_flags(PROT_READ | PROT_WRITE | PROT_EXEC);
	tlb_flush();
	KEEP(dead_threads_time);	/* exit.c: stacks */
	KEEP(sched_base);		/* fair.c */
	struct cpu *first = NULL;
	for (unsigned i = 1; i <= n; i++) {
		struct cpu *c = kzalloc(sizeof(*c));
		if (!c)
			panic("boot: no memory for CPU %u", i);
		c->apic_id = ids[i - 1];
		c->index = i;
		cpu_init_tables(c);
		struct thread *idle = sched_make_idle(c);
		idle->cpu = c;
		idle->state = THREAD_RUNNING;
		idle->lock_depth = 0;
		c->running = idle;
		c->idling = IDLE_HALTED;
		cpus[i] = c;
		start(c);
		c->next = first;
		first = c;
	}
	boot_cpu.next = first;
	cpu_count = n + 1;	/* not before: each new idle thread would wake one of them, to wait for the lock */
	*pte = AP_TRAMPOLINE | pte_flags(PROT_READ | PROT_WRITE);
	boot_pml4[0] = 0;
	tlb_flush();
}
