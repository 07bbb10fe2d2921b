/* A kernel that looks at its locks: make lockcheck. Names of lock.c, sched.c and wait.c that others call are defined here and
 * go on to the real ones (kernel/kit/lockcheck.mk); calls of the C library's __lock() come to checked_lock(). The kernel's
 * lock guards what is noted here. Whatever is found ends the machine. */
#include "boot.h"
#include "cpu.h"
#include "kernel.h"
#include "order.h"

void plain_klock(void);
void plain_kunlock(void);
void plain_schedule(void);
void plain_wake_thread(struct thread *t, int result);
void __lock(volatile int *lock);
void __unlock(volatile int *lock);
void checked_lock(volatile int *lock);	/* in their place */
void checked_unlock(volatile int *lock);

#define THREADS 1024

static const char kernel_lock[1];	/* stands for it */
static struct { const struct thread *thread; struct order_held held; } all[THREADS];

/* What T holds. A structure that the next thread got begins with nothing. */
static struct order_held *held_by(const struct thread *t)
{
	unsigned i = (u64)t / sizeof(u64) % THREADS;

	for (unsigned n = 0; n < THREADS; n++, i = (i + 1) % THREADS)
		if (all[i].thread == t || !all[i].thread) {
			all[i].thread = t;
			return &all[i].held;
		}
	panic("lock check: more than %d threads", THREADS);
}

static void taken(const void *lock, const void *key)
{
	const void *wrong = order_taken(held_by(current()), lock, key);

	if (wrong)
		panic("lock order: %p was taken under %p, which was taken under it before", key, wrong);
}

void klock(void)
{
	plain_klock();
	if (current()->lock_depth == 1)
		taken(kernel_lock, kernel_lock);
}

/* A new thread begins with the lock, which nobody noted (thread_new()). */
void kunlock(void)
{
	if (!current()->lock_depth || !current()->irq_off)
		panic("lock check: the kernel's lock is given back, but not held");
	if (current()->lock_depth == 1)
		order_given(held_by(current()), kernel_lock);
	plain_kunlock();
}

static void must_hold(const char *what)
{
	if (!current()->lock_depth)
		panic("lock check: %s without the kernel's lock", what);
}

void schedule(void)
{
	must_hold("schedule()");
	plain_schedule();
}

void wake_thread(struct thread *t, int result)
{
	must_hold("wake_thread()");
	plain_wake_thread(t, result);
}

/* A lock of the C library's own stands for itself, one in memory that was allocated for the place that takes it. */
void checked_lock(volatile int *lock)
{
	const void *key = (u64)lock - (u64)kernel_start < (u64)(kernel_end - kernel_start) ? (const void *)lock : __builtin_return_address(0);

	if (current()->lock_depth)
		panic("lock check: %p of the C library is taken under the kernel's lock", key);
	__lock(lock);
	plain_klock();
	taken((const void *)lock, key);
	plain_kunlock();
}

/* While there is one thread musl's allocator gives back locks that it did not take. */
void checked_unlock(volatile int *lock)
{
	plain_klock();
	if (!order_given(held_by(current()), (const void *)lock) && *lock < 0)
		panic("lock check: %p of the C library is given back, but not held", (void *)lock);
	plain_kunlock();
	__unlock(lock);
}
