/* futex(2): LOCK_PI, LOCK_PI2, TRYLOCK_PI, UNLOCK_PI. The word holds its owner's TID, and FUTEX_WAITERS once somebody
 * sleeps for it (Linux Documentation/locking/rt-mutex.rst; kernel/futex/pi.c). The kernel gives the word to the next
 * owner itself. No priority is lent. */
#include "clock.h"
#include "kernel.h"
#include "sigtimer.h"

#define FUTEX_LOCK_PI 6
#define FUTEX_UNLOCK_PI 7
#define FUTEX_TRYLOCK_PI 8
#define FUTEX_LOCK_PI2 13

#define WAITERS 0x80000000U
#define OWNER_DIED 0x40000000U
#define TID_MASK 0x3fffffffU
#define FUTEX_CLOCK_REALTIME 256
#define CALL 202

void futex_pi_anchor(void) {}	/* the builder selects this file by it, and so does pthread_mutexattr_setprotocol() */

OPTIONAL bool signal_pending(void) { return false; }
struct thread *thread_by_tid(int tid);

/* All that sleep for such a word. */
static struct waitq sleepers = WAITQ_INIT(sleepers);

/* Who is next: of those with the highest priority, the first that came. */
static struct thread *next_owner(const u32 *word)
{
	struct thread *t, *best = NULL;

	list_each(t, &sleepers.threads, run)
		if (t->futex_key == (u64)word && (!best || t->rt_priority > best->rt_priority))
			best = t;
	return best;
}

static void hand_over(u32 *word, struct thread *t, u32 died)
{
	__atomic_store_n(word, WAITERS | died | t->tid, __ATOMIC_SEQ_CST);
	wake_thread(t, 0);
}

/* Would T wait for itself, through the owners of what the owner of WORD sleeps for? */
static bool circle(const u32 *word, const struct thread *t)
{
	for (int n = 0; n < thread_count; n++) {
		struct thread *owner = thread_by_tid(__atomic_load_n(word, __ATOMIC_SEQ_CST) & TID_MASK);
		if (owner == t)
			return true;
		if (!owner || owner->state != THREAD_BLOCKED || owner->waiting != &sleepers)
			return false;
		word = (const u32 *)owner->futex_key;
	}
	return false;
}

/* Takes WORD if nobody has it; 1: somebody has, and knows that he must call the kernel. */
static long take(u32 *word)
{
	struct thread *t = current();
	u32 old = __atomic_load_n(word, __ATOMIC_SEQ_CST), new;

	do {
		if ((old & TID_MASK) == (u32)t->tid)
			return -EDEADLK;
		new = old & TID_MASK ? old | WAITERS : (old & OWNER_DIED) | t->tid;
		if (!(old & TID_MASK) && next_owner(word))
			new |= WAITERS;
	} while (!__atomic_compare_exchange_n(word, &old, new, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	if (!(old & TID_MASK))
		return 0;
	if (!thread_by_tid(old & TID_MASK))
		return -ESRCH;
	return circle(word, t) ? -EDEADLK : 1;
}

static long lock(u32 *word, ns_t deadline)
{
	for (;;) {
		long r = take(word);
		if (r != 1)
			return r;
		current()->futex_key = (u64)word;
		r = wait_on(&sleepers, deadline, true);
		if (r != -EINTR || signal_pending())
			return r;
	}
}

static long unlock(u32 *word)
{
	u32 old = __atomic_load_n(word, __ATOMIC_SEQ_CST);
	struct thread *t = next_owner(word);

	if ((old & TID_MASK) != (u32)current()->tid)
		return -EPERM;
	if (t)
		hand_over(word, t, 0);
	else
		__atomic_store_n(word, 0, __ATOMIC_SEQ_CST);
	return 0;
}

/* The clock is CLOCK_REALTIME's but for LOCK_PI2 without the flag. */
static long deadline_of(const struct timespec *ts, bool realtime, ns_t *deadline)
{
	*deadline = FOREVER;
	if (!ts)
		return 0;
	CHECK_READ(ts, sizeof(*ts));
	if (!timespec_ok(ts))
		return -EINVAL;
	*deadline = realtime ? wall_deadline(timespec_ns(ts)) : timespec_ns(ts);
	return 0;
}

long futex_pi(u32 *word, int op, const struct timespec *timeout)
{
	int cmd = op & 127;
	bool realtime = op & FUTEX_CLOCK_REALTIME;
	ns_t deadline;
	long r;

	if (realtime && cmd != FUTEX_LOCK_PI2)
		return -ENOSYS;
	CHECK_WRITE(word, 4);
	switch (cmd) {
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
		r = deadline_of(timeout, realtime || cmd == FUTEX_LOCK_PI, &deadline);
		return r ? r : lock(word, deadline);
	case FUTEX_TRYLOCK_PI:
		r = take(word);
		return r == 1 ? -EAGAIN : r;
	case FUTEX_UNLOCK_PI:
		return unlock(word);
	}
	return -ENOSYS;
}

/* Words of a thread that ends, or that its library or robust list let go of, have a next owner. */
void futex_pi_exit(struct thread *gone)
{
	bool again;

	do {
		struct thread *t;
		again = false;
		list_each(t, &sleepers.threads, run) {
			u32 *word = (u32 *)t->futex_key;
			u32 tid = user_ok(word, 4, PROT_WRITE) ? *word & TID_MASK : ~0U;
			if (tid && tid != (u32)gone->tid)
				continue;
			hand_over(word, next_owner(word), OWNER_DIED);
			again = true;
			break;
		}
	} while (again);
}

/* A lock is not given up for a signal, whatever its handler's flags say. */
bool futex_pi_again(const struct regs *r)
{
	int cmd = r->rsi & 127;

	return r->error == CALL && (cmd == FUTEX_LOCK_PI || cmd == FUTEX_LOCK_PI2);
}
