/* Threads end. */
#include "kernel.h"

ns_t dead_threads_time;

/* Stacks that were left: the entry behind each, which is not present, holds the next one's address. Some stay
 * mapped for the threads to come, as to unmap one costs a flush on every CPU. */
static u64 left;
static unsigned kept;
static bool stale;	/* processors may know pages of those that were unmapped, which nobody uses before new ones are there */

static u64 *entry(u64 addr)
{
	int level;

	return pte_find(addr, true, &level);
}

static u64 kstack_again(void)
{
	u64 base = left;

	if (base) {
		u64 *link = entry(base + KSTACK_SIZE);
		left = *link;
		*link = 0;
		kept -= *entry(base) != 0;
	}
	return base;
}

static void unmap(u64 base)
{
	for (u64 a = base; a < base + KSTACK_SIZE; a += PAGE_SIZE) {
		u64 *pte = entry(a);
		if (*pte)
			pte_put(*pte);
		*pte = 0;
	}
	stale = true;
}

void kstack_free(u64 base)
{
	if (kept < mem_total_pages / 512)
		kept += *entry(base) != 0;
	else
		unmap(base);
	*entry(base + KSTACK_SIZE) = left;
	left = base;
}

/* What of the stack at BASE is not there yet. */
static bool kstack_fill(u64 base)
{
	for (u64 a = base; a < base + KSTACK_SIZE; a += PAGE_SIZE) {
		int level;
		u64 *pte = pte_find(a, true, &level);
		void *p = pte && !*pte ? pages_alloc(0, false) : NULL;
		if (p)
			*pte = virt_to_phys(p) | pte_flags(PROT_READ | PROT_WRITE);
		if (!pte || !*pte)
			return false;
	}
	if (stale) {
		stale = false;
		tlb_flush();
	}
	return true;
}

/* Kernel stacks have a window of their own: between two there are pages that nothing maps, so that what
 * runs over faults (upcall.c) in place of writing to another's memory. 0: memory is out. */
u64 kstack_alloc(void)
{
	static u64 next = KSTACK_BASE;
	u64 base = kstack_again();

	if (base) {
		if (kstack_fill(base))
			return base;
		kstack_free(base);
		return 0;
	}
	base = next;
	if (base == KSTACK_BASE + KSTACK_WINDOW || !kstack_fill(base))
		return 0;	/* pages that it has got already are for the next time */
	next += 2 * KSTACK_SIZE;
	return base;
}

/* A dead thread cannot free the stack that it stands on: the next to run does. */
static struct thread *dead;

void thread_reap(void)
{
	struct thread *t = dead;

	if (!t || t == current())
		return;
	dead = NULL;
	list_remove(&t->all);
	thread_count--;
	dead_threads_time += t->cpu_time;
	kfree(t->xsave);
	kfree(t->sig);	/* what was queued for it is lost with it, as in Linux */
	if (t->kstack_top - t->kstack_base == KSTACK_SIZE && t->tid != 1)
		kstack_free(t->kstack_base);
	if (t->tid != 1)
		kfree(t);
}

void thread_exit(void)
{
	struct thread *t = current();

	thread_reap();
	t->state = THREAD_DEAD;
	t->keep_vector = false;
	dead = t;
	schedule();
	panic("a dead thread runs");
}
