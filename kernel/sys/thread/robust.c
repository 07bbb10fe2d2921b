/* set_robust_list(2): mutexes that outlive their owner (Linux
 * Documentation/locking/robust-futex-ABI). */
#include "kernel.h"
#include "which_thread.h"

struct robust_entry { struct robust_entry *next; };
struct robust_head {
	struct robust_entry *list;
	long offset;
	struct robust_entry *pending;
};

#define LIMIT 2048
#define OWNER_DIED 0x40000000
#define TID_MASK 0x3fffffff

OPTIONAL long futex_wake(int *addr, int n, u32 bits) { (void)addr, (void)n, (void)bits; return 0; }

/* Bit 0 of a link says that the futex it leads to is one with priority inheritance, which futex_pi_exit() passes on. */
static struct robust_entry *entry_of(struct robust_entry *link)
{
	return (struct robust_entry *)((u64)link & ~1UL);
}

static void release(struct thread *t, struct robust_entry *link, long offset)
{
	int *word = (int *)((char *)entry_of(link) + offset);

	if ((u64)word & 3 || !user_ok(word, 4, PROT_WRITE) || (*word & TID_MASK) != t->tid)
		return;
	__atomic_store_n(word, (*word & ~TID_MASK) | OWNER_DIED, __ATOMIC_SEQ_CST);
	if (link == entry_of(link))
		futex_wake(word, 1, ~0u);
}

void robust_exit(struct thread *t)
{
	struct robust_head *h = t->robust_list;

	if (!h || !user_ok(h, sizeof(*h), PROT_READ))
		return;
	struct robust_entry *link = h->list, *e;
	for (int n = 0; n < LIMIT && (e = entry_of(link)) != (struct robust_entry *)h && user_ok(e, 8, PROT_READ); n++) {
		struct robust_entry *next = e->next;
		if (e != entry_of(h->pending))
			release(t, link, h->offset);
		link = next;
	}
	if (entry_of(h->pending))
		release(t, h->pending, h->offset);
}

long sys_set_robust_list(void *head, size_t len)
{
	if (len != sizeof(struct robust_head))
		return -EINVAL;
	current()->robust_list = head;
	return 0;
}
SYSCALL(273, set_robust_list, FULL);

long sys_get_robust_list(int tid, void **head, size_t *len)
{
	KERNEL_LOCK();
	struct thread *t = thread_of(tid);

	if (!t)
		return -ESRCH;
	CHECK_WRITE(head, 8);
	CHECK_WRITE(len, 8);
	*head = t->robust_list;
	*len = sizeof(struct robust_head);
	return 0;
}
SYSCALL(274, get_robust_list, FULL);
