/* The kernel lock. Taking it first stops interrupts (they are noted), so its
 * holder is never preempted; giving it back runs what was noted. */
#include "kernel.h"

static u32 lock_word;

/* arch/x86_64/smp.c, without which nobody else can have it */
OPTIONAL void smp_wait(u32 *lock) { (void)lock; }	/* until it may be free */
OPTIONAL void smp_poll(void) {}				/* drops stale translations */

void klock(void)
{
	struct thread *t = current();

	t->irq_off++;
	if (t->lock_depth++ == 0) {
		while (__atomic_exchange_n(&lock_word, 1, __ATOMIC_ACQUIRE))
			smp_wait(&lock_word);
		smp_poll();
	}
}

static void release(struct thread *t)
{
	if (--t->lock_depth == 0)
		__atomic_store_n(&lock_word, 0, __ATOMIC_RELEASE);
}

OPTIONAL void signal_after_lock(void) {}

void kunlock(void)
{
	struct thread *t = current();

	release(t);
	if (--t->irq_off)
		return;
	while (t->irq_pending || t->need_resched) {
		klock();
		irq_run_pending();
		if (t->need_resched)
			schedule();
		release(t);
		t->irq_off--;
	}
	signal_after_lock();
}
