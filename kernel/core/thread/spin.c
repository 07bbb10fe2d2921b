/* Loops that wait for another CPU: in the program by sched_yield(2), in the kernel for its lock. The host may have fewer
 * processors than this machine; then who is waited for may wait for the one that the loop uses up. So after a while the
 * host is told to run others first. Linked in only with threads. */
#include "cpu.h"
#include "kernel.h"

#define LEAST_NS	80000	/* three times what an exit costs where ring 0 is emulated */
#define MOST_NS		1600000
#define NAP_NS		200000	/* of timers here the least */
#define DENSE_NS	20000	/* yields further apart have work between them */

void spin_begin(struct cpu *c)
{
	c->spin_since = now_monotonic();
}

/* Interrupts of before are served when the loop is left. The last of them is acknowledged here, as it keeps the timer's away:
 * of a class of vectors one is in service at most (Intel SDM vol. 3, 11.8.3.1). */
static void nap(struct cpu *c)
{
	u64 *pending = &current()->irq_pending, noted = __atomic_exchange_n(pending, 0, __ATOMIC_RELAXED);

	if (noted)
		lapic_eoi();
	c->timer_armed = c->spin_since + NAP_NS;
	lapic_arm(NAP_NS);
	monitor_call(MON_HALT, 0, 0, 0);
	__atomic_or_fetch(pending, noted, __ATOMIC_RELAXED);
}

/* The built-in runner's processors are threads of the host, which know sched_yield() as well (kvmboot/registers.go); one
 * that is soon back had the host's processor to itself, and need not ask so often. Interrupts are noted. */
static void rest(struct cpu *c)
{
	ns_t now = c->spin_since = now_monotonic();

	if (exit_register)
		exit_register[(MMIO_YIELD - MMIO_END) / 4] = now;		/* any value; 0 would be read first, at an exit more (gcc -Oz) */
	else
		nap(c);
	ns_t took = now_monotonic() - c->spin_since;
	c->patience = took < LEAST_NS ? MOST_NS : LEAST_NS;
	c->spin_since += took;
}

/* The loop that began with spin_begin() goes on. */
void spin_on(struct cpu *c)
{
	if (now_monotonic() - c->spin_since >= c->patience)
		rest(c);
}

/* The thread has yielded, and runs on this CPU again. While threads do nothing else the CPU stands still now and then, but
 * without the lock. */
void spin_yielded(void)
{
	struct thread *t = current();
	struct cpu *c = t->cpu;
	ns_t before = c->yielded;

	c->yielded = now_monotonic();
	if (c->yielded - before > DENSE_NS)
		c->spin_since = c->yielded;
	if (!boot_cpu.next || c->yielded - c->spin_since < c->patience)
		return;
	t->irq_off++;
	c->waits_for_lock = true;	/* nobody need wait for it (tlb_flush_others()) */
	kunlock();
	rest(c);		/* takes longer than DENSE_NS: spinning begins anew */
	klock();
	t->irq_off--;
}
