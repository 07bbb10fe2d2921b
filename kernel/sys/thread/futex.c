/* futex(2): WAIT, WAKE, their BITSET forms, REQUEUE, CMP_REQUEUE, WAKE_OP.
 * The key of a futex that is private is its address; of a shared one in shared memory where its bytes lie, as the same
 * may be mapped twice. What waits for one kind is not woken by the other, as on Linux. */
#include "clock.h"
#include "kernel.h"
#include "lock_futex.h"
#include "sigtimer.h"

#define FUTEX_WAIT 0
#define FUTEX_WAKE 1
#define FUTEX_REQUEUE 3
#define FUTEX_CMP_REQUEUE 4
#define FUTEX_WAKE_OP 5
#define FUTEX_WAIT_BITSET 9
#define FUTEX_WAKE_BITSET 10
#define FUTEX_PRIVATE 128
#define FUTEX_CLOCK_REALTIME 256
#define FUTEX_CMD(op) ((op) & 127)

/* sys/thread/futex_pi.c, for programs that may ask for priority inheritance. */
OPTIONAL long futex_pi(u32 *word, int op, const struct timespec *timeout) { (void)word, (void)op, (void)timeout; return -ENOSYS; }

#define BUCKETS 64
static struct waitq buckets[BUCKETS];

#define KEY_SHARED	1	/* in a key, whose addresses are multiples of four */
#define KEY_PHYSICAL	2

static u64 key_of(const int *addr, int op)
{
	u64 a = (u64)addr;
	struct vma *v = op & FUTEX_PRIVATE ? NULL : vma_find(a);
	int level;

	if (op & FUTEX_PRIVATE)
		return a;
	if (!v || !(v->flags & MAP_SHARED) || !vm_populate(a, 4, false))
		return a | KEY_SHARED;
	u64 *pte = pte_find(a, false, &level);
	return pte ? ((*pte & PTE_ADDR) + (a & ((level == 2 ? HUGE_SIZE : PAGE_SIZE) - 1))) | KEY_PHYSICAL : a | KEY_SHARED;
}

static struct waitq *bucket_of(u64 key)
{
	struct waitq *q = &buckets[(key >> 2) * 0x9e3779b97f4a7c15 >> 58];

	if (!q->threads.next)
		waitq_init(q);
	return q;
}

static long wake_key(u64 key, int n, u32 bits)
{
	struct waitq *q = bucket_of(key);
	struct list *l = q->threads.next;
	long woken = 0;

	while (l != &q->threads && woken < n) {
		struct thread *t = container_of(l, struct thread, run);
		l = l->next;
		if (t->futex_key == key && t->futex_bits & bits) {
			wake_thread(t, 0);
			woken++;
		}
	}
	return woken;
}

long futex_wake(int *addr, int n, u32 bits)
{
	return wake_key(key_of(addr, 0), n, bits);
}

static long futex_wait(int *addr, u64 key, int value, ns_t deadline, u32 bits)
{
	struct thread *t = current();

	if (!bits)
		return -EINVAL;
	if (__atomic_load_n(addr, __ATOMIC_SEQ_CST) != value)
		return -EAGAIN;
	t->futex_key = key;
	t->futex_bits = bits;
	return wait_on(bucket_of(key), deadline, true);
}

static long futex_requeue(u64 from, u64 to, int wake, int move)
{
	long woken = wake_key(from, wake, ~0u), moved = 0;
	struct waitq *q = bucket_of(from), *dest = bucket_of(to);
	struct list *l = q->threads.next;

	while (l != &q->threads && moved < move) {
		struct thread *t = container_of(l, struct thread, run);
		l = l->next;
		if (t->futex_key != from)
			continue;
		list_remove(&t->run);
		t->futex_key = to;
		t->waiting = dest;
		list_append(&dest->threads, &t->run);
		moved++;
	}
	return woken + moved;
}

/* The operation on *addr2 that FUTEX_WAKE_OP encodes (futex(2)). */
static long futex_wake_op(u64 a, u64 b_key, int *b, int wake_a, int wake_b, u32 op)
{
	int arg = (int)(op << 8) >> 20, cmp = (int)(op << 20) >> 20, old, new;
	bool hit;

	if (op >> 31)
		arg = 1 << (arg & 31);
	old = __atomic_load_n(b, __ATOMIC_SEQ_CST);
	do {
		switch (op >> 28 & 7) {
		case 0: new = arg; break;
		case 1: new = old + arg; break;
		case 2: new = old | arg; break;
		case 3: new = old & ~arg; break;
		case 4: new = old ^ arg; break;
		default: return -ENOSYS;
		}
	} while (!__atomic_compare_exchange_n(b, &old, new, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	switch (op >> 24 & 15) {
	case 0: hit = old == cmp; break;
	case 1: hit = old != cmp; break;
	case 2: hit = old < cmp; break;
	case 3: hit = old <= cmp; break;
	case 4: hit = old > cmp; break;
	case 5: hit = old >= cmp; break;
	default: return -ENOSYS;
	}
	long n = wake_key(a, wake_a, ~0u);
	return hit ? n + wake_key(b_key, wake_b, ~0u) : n;
}

static long deadline_of(const struct timespec *ts, int op, ns_t *deadline)
{
	*deadline = FOREVER;
	if (!ts)
		return 0;
	CHECK_READ(ts, sizeof(*ts));
	if (!timespec_ok(ts))
		return -EINVAL;
	ns_t t = timespec_ns(ts);
	if (FUTEX_CMD(op) == FUTEX_WAIT)
		t += now_monotonic();
	else if (op & FUTEX_CLOCK_REALTIME)
		t = wall_deadline(t);
	*deadline = t;
	return 0;
}

/* A private futex that is only woken is never looked at: nothing need be there (get_futex_key() of Linux). */
static bool reads(int op)
{
	int cmd = FUTEX_CMD(op);

	return !(op & FUTEX_PRIVATE) || cmd == FUTEX_WAIT || cmd == FUTEX_WAIT_BITSET || cmd == FUTEX_CMP_REQUEUE;
}

long sys_futex(int *addr, int op, int value, const struct timespec *timeout, int *addr2, u32 value3)
{
	KERNEL_LOCK();
	ns_t deadline;
	long err;

	if ((u64)addr & 3)
		return -EINVAL;
	if ((u64)addr >= USER_MAX || (reads(op) && !user_ok(addr, 4, PROT_READ)))
		return -EFAULT;
	if (op & FUTEX_CLOCK_REALTIME && FUTEX_CMD(op) != FUTEX_WAIT && FUTEX_CMD(op) != FUTEX_WAIT_BITSET)
		return futex_pi((u32 *)addr, op, timeout);
	u64 key = key_of(addr, op);
	switch (FUTEX_CMD(op)) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
		err = deadline_of(timeout, op, &deadline);
		return err ? err : futex_wait(addr, key, value, deadline, FUTEX_CMD(op) == FUTEX_WAIT ? ~0u : value3);
	case FUTEX_WAKE:
		return wake_key(key, max(value, 1), ~0u);
	case FUTEX_WAKE_BITSET:
		return value3 ? wake_key(key, max(value, 1), value3) : -EINVAL;
	case FUTEX_CMP_REQUEUE:
		if (__atomic_load_n(addr, __ATOMIC_SEQ_CST) != (int)value3)
			return -EAGAIN;
		/* fall through */
	case FUTEX_REQUEUE:
		if ((u64)addr2 & 3 || value < 0 || (int)(u64)timeout < 0)
			return -EINVAL;
		CHECK_READ(addr2, 4);
		return futex_requeue(key, key_of(addr2, op), value, (int)(u64)timeout);
	case FUTEX_WAKE_OP:
		if ((u64)addr2 & 3)
			return -EINVAL;
		CHECK_WRITE(addr2, 4);
		return futex_wake_op(key, key_of(addr2, op), addr2, value, (int)(u64)timeout, value3);
	}
	return futex_pi((u32 *)addr, op, timeout);
}
SYSCALL(202, futex, PARTIAL("no FUTEX_WAIT_REQUEUE_PI; locks with priority inheritance lend no priority"));

long sys_lock_futex(int *addr, int op, int value, const struct timespec *timeout, int *addr2, u32 value3)
{
	return sys_futex(addr, op, value, timeout, addr2, value3);
}
IMPLEMENT(sys_lock_futex);
