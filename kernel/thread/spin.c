/* Loops that wait for another CPU: in the program by sched_yield(2), in the kernel for its lock. The host may have fewer
 * processors than this machine; then who is waited for may wait for the one that the loop uses up. So after a while the
 * host is told to run others first. Linked in only with threads. */
#include "cpu.h"
#include "kernel.h"

#define LEAST_NS	50000	/* twice what an exit costs where ring 0 is emulated */
#define MOST_NS		1600000
#define BLIND_NS	400000	/* where a nap is all that can be done, which a thread that is soon woken pays for */
#define NAP_NS		200000	/* of timers here the least */
#define DENSE_NS	20000	/* yields further apart have work between them */

void spin_begin(struct cpu *c)
{
	c->spin_since = now_monotonic();
	if (!exit_register)
		c->patience = BLIND_NS;
}

/* Interrupts of before are acknowledged, so that new ones come, but served when the loop is left. */
static void nap(struct cpu *c)
{
	u64 *pending = &current()->irq_pending, noted = __atomic_exchange_n(pending, 0, __ATOMIC_RELAXED);

	for (u64 left = noted; left; left &= left - 1)
		lapic_eoi();
	c->timer_armed = c->spin_since + NAP_NS;
	lapic_arm(NAP_NS);
	monitor_call(MON_HALT, 0, 0, 0);
	__atomic_or_fetch(pending, noted, __ATOMIC_RELAXED);
}

/* The loop that began with spin_begin() goes on. The built-in runner's processors are threads of the host, which know
 * sched_yield() as well (kvmboot/registers.go); one that is soon back had the host's processor to itself, and need not ask
 * so often. Interrupts are noted. */
void spin_on(struct cpu *c)
{
	ns_t now = now_monotonic();
	u32 patience = LEAST_NS;

	if (now - c->spin_since < c->patience)
		return;
	c->spin_since = now;
	if (!exit_register) {
		nap(c);
	} else {
		exit_register[1] = 0;
		if (now_monotonic() - now < LEAST_NS)
			patience = min(2 * c->patience + LEAST_NS, (u32)MOST_NS);
	}
	c->patience = patience;
	c->spin_since = c->yielded = now_monotonic();
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
		spin_begin(c);
	if (cpu_count == 1)
		return;
	t->irq_off++;
	c->waits_for_lock = true;	/* nobody need wait for it (tlb_flush_others()) */
	kunlock();
	spin_on(c);
	klock();
	t->irq_off--;
}
