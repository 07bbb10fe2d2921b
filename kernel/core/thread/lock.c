/* The kernel lock. Taking it first stops interrupts (they are noted), so its
 * holder is never preempted; giving it back runs what was noted. */
#include "kernel.h"

static u32 lock_word;

/* arch/x86_64/smp.c, without which nobody else can have it */
OPTIONAL void smp_wait(u32 *lock) { (void)lock; }	/* until it may be free */
OPTIONAL void smp_poll(void) {}				/* drops stale translations */

/* A direct call runs on the program's stack, whose pages come when they are touched. A page fault changes lists of areas and
 * pages, and may not come where the call is about to do the same: so what a call may need is touched before it has the
 * lock. Where less is left of the stack, upcall.c goes on behind the instruction. */
static inline void touch_stack(void)
{
	__asm__ volatile(".globl klock_touch\n"
			 "klock_touch: test %%eax, -4096(%%rsp)\n\t"
			 ".if . - klock_touch - %c0\n\t.error \"KLOCK_TOUCH\"\n\t.endif" :: "i"(KLOCK_TOUCH) : "cc");
}

void klock(void)
{
	struct thread *t = current();

	t->irq_off++;
	if (!t->lock_depth) {
		touch_stack();
		while (__atomic_exchange_n(&lock_word, 1, __ATOMIC_ACQUIRE))
			smp_wait(&lock_word);
		smp_poll();
	}
	t->lock_depth++;
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
