/* Further CPUs: started one after the other with INIT and SIPI; translations
 * dropped on all of them together. Linked in only with threads. */
#include "boot.h"
#include "cpu.h"
#include "driver.h"
#include "kernel.h"
#include "offsets.h"

#define ICR_INIT	0x4500
#define ICR_STARTUP	0x4600
#define START_TIMEOUT	10000000000	/* as Linux has it */

extern char ap_trampoline[], ap_trampoline_end[], ap_cr3[], ap_cpu[];
extern u64 boot_pml4[512];

void lapic_send(u32 apic_id, u32 command);
void lapic_enable(void);
struct thread *sched_make_idle(struct cpu *c);
noreturn void idle_loop(void *unused);
OPTIONAL void raw_syscalls_enable(void) {}

const char smp_anchor[0];	/* what clone refers to, so that this file is linked */
static u32 tlb_generation;

/* On CPUs that wait for the lock or have just taken it. */
void smp_poll(void)
{
	struct cpu *c = current_cpu();
	u32 now = __atomic_load_n(&tlb_generation, __ATOMIC_ACQUIRE);

	if (c->tlb_seen == now)
		return;
	monitor_call(MON_CR3, virt_to_phys(boot_pml4), 0, 0);
	__atomic_store_n(&c->tlb_seen, now, __ATOMIC_RELEASE);
}

/* The lock is held. A halted CPU runs nothing before it has the lock, and
 * smp_poll with it; the others are interrupted and waited for. */
void tlb_flush_others(void)
{
	struct cpu *self = current_cpu();
	u32 now;

	if (cpu_count == 1)
		return;
	now = __atomic_add_fetch(&tlb_generation, 1, __ATOMIC_ACQ_REL);
	self->tlb_seen = now;
	for (unsigned i = 0; i < cpu_count; i++)
		if (cpus[i] != self && cpus[i]->online && !cpus[i]->halted)
			lapic_ipi(cpus[i]->apic_id, VEC_IPI);
	for (unsigned i = 0; i < cpu_count; i++)
		while (cpus[i] != self && cpus[i]->online && !__atomic_load_n(&cpus[i]->halted, __ATOMIC_ACQUIRE) &&
		       __atomic_load_n(&cpus[i]->tlb_seen, __ATOMIC_ACQUIRE) != now)
			__builtin_ia32_pause();
}

/* sys/thread/affinity.c */
OPTIONAL bool sched_allowed(const struct thread *t, const struct cpu *c) { return true; }
OPTIONAL void sched_demand(const struct thread *t) {}

/* T is ready. */
void kick_idle_cpu(const struct thread *t)
{
	for (unsigned i = 0; i < cpu_count && cpu_count > 1; i++)
		if (cpus[i]->online && cpus[i]->halted && cpus[i] != current_cpu() && sched_allowed(t, cpus[i])) {
			cpus[i]->halted = false;
			lapic_ipi(cpus[i]->apic_id, VEC_IPI);
			return;
		}
	sched_demand(t);
}

noreturn void ap_main(struct cpu *c)
{
	lapic_enable();
	raw_syscalls_enable();
	__atomic_store_n(&c->online, true, __ATOMIC_RELEASE);
	/* Not for the lock: the boot CPU has it for long, and dozens that spin would take its time. */
	while (__atomic_load_n(&c->halted, __ATOMIC_ACQUIRE))
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
	lapic_send(c->apic_id, ICR_INIT);
	for (ns_t t = now_monotonic() + 100000; now_monotonic() < t;)
		__builtin_ia32_pause();
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
	const char *s = cmdline_get("uk.cpus", 0);
	unsigned found = firmware_cpus(ids, MAX_CPUS - 1);

	if (!s)
		return found;
	u64 n = parse_u64(s);
	n = n > MAX_CPUS ? MAX_CPUS - 1 : n ? n - 1 : 0;
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
		c->halted = true;
		cpus[i] = c;
		start(c);
	}
	cpu_count = n + 1;	/* not before: each new idle thread would wake one of them, to wait for the lock */
	*pte = AP_TRAMPOLINE | pte_flags(PROT_READ | PROT_WRITE);
	boot_pml4[0] = 0;
	tlb_flush();
}
