// futex(2): locks with priority inheritance, by their calls and by those of pthreads.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { LOCK = 6, UNLOCK = 7, TRYLOCK = 8, LOCK2 = 13 };
#define WAITERS 0x80000000u
#define DIED 0x40000000u

static atomic_uint v, w;
static atomic_int handled, count;

static long pi(void *word, int op, const struct timespec *until)
{
	long r = syscall(SYS_futex, word, op, 0, until, NULL, 0);
	return r < 0 ? -errno : r;
}

static unsigned self(void) { return syscall(SYS_gettid); }

static void is(const char *what, long r)
{
	unsigned word = w;
	printf("%s: %s, word %s%s%s\n", what, r < 0 ? strerrorname_np(-r) : "done", word & DIED ? "DIED " : "", word & WAITERS ? "WAITERS " : "",
		(word & ~(WAITERS | DIED)) == 0 ? "free" : (word & ~(WAITERS | DIED)) == self() ? "mine" : "another's");
}

static void run(void *(*f)(void *))
{
	pthread_t t;
	pthread_create(&t, NULL, f, NULL);
	pthread_join(t, NULL);
}

static void asleep(atomic_uint *word)
{
	while (!(*word & WAITERS))
		sched_yield();
}

static void *stranger(void *arg)
{
	struct timespec past = { 1, 0 }, soon;
	is("another tries", pi(&w, TRYLOCK, NULL));
	is("another unlocks", pi(&w, UNLOCK, NULL));
	is("another, until 1970", pi(&w, LOCK, &past));
	clock_gettime(CLOCK_REALTIME, &soon);
	is("another, until now", pi(&w, LOCK, &soon));
	clock_gettime(CLOCK_MONOTONIC, &soon);
	is("another, LOCK_PI2", pi(&w, LOCK2, &soon));
	return arg;
}

static void *waiter(void *arg)
{
	printf("the waiter: %ld\n", pi(&w, LOCK, NULL));	/* with WAITERS, if it slept again before the lock was free */
	is("the waiter unlocks", pi(&w, UNLOCK, NULL));
	return arg;
}

static void *counts(void *arg)
{
	unsigned id = self();
	for (int i = 0; i < 500; i++) {
		unsigned free = 0, mine = id;
		if (!atomic_compare_exchange_strong(&w, &free, id))
			pi(&w, LOCK, NULL);
		count = count + 1;
		if (!atomic_compare_exchange_strong(&w, &mine, 0))
			pi(&w, UNLOCK, NULL);
	}
	return arg;
}

static void *dies(void *arg) { pi(&w, LOCK, NULL); return arg; }
static void *dies_later(void *arg) { pi(&w, LOCK, NULL); v = 1; asleep(&w); return arg; }
static void on_signal(int sig) { (void)sig; handled = 1; }

static void *second_of_circle(void *arg)
{
	pi(&w, LOCK, NULL);
	pi(&v, LOCK, NULL);
	pi(&v, UNLOCK, NULL);
	pi(&w, UNLOCK, NULL);
	return arg;
}

static void calls(void)
{
	pthread_t t, many[4];
	struct timespec bad = { 0, -1 };

	is("lock", pi(&w, LOCK, NULL));
	is("again", pi(&w, LOCK, NULL));
	is("try", pi(&w, TRYLOCK, NULL));
	is("bad time", pi(&w, LOCK, &bad));
	run(stranger);
	is("unlock", pi(&w, UNLOCK, NULL));
	is("unlock what is free", pi(&w, UNLOCK, NULL));
	is("try what is free", pi(&w, TRYLOCK, NULL));
	is("not aligned", pi((char *)&w + 1, LOCK, NULL));
	is("no address", pi(NULL, LOCK, NULL));

	pthread_create(&t, NULL, waiter, NULL);
	asleep(&w);
	signal(SIGUSR1, on_signal), siginterrupt(SIGUSR1, 1);
	pthread_kill(t, SIGUSR1);
	while (!handled)
		sched_yield();
	pi(&w, UNLOCK, NULL);
	pthread_join(t, NULL);
	is("in the end", 0);

	for (int i = 0; i < 4; i++)
		pthread_create(&many[i], NULL, counts, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(many[i], NULL);
	printf("counted %d\n", count);
	w = 0;
	run(dies);
	is("of a dead owner", pi(&w, LOCK, NULL));
	v = w = 0;
	pthread_create(&t, NULL, dies_later, NULL);
	while (!v)
		sched_yield();
	is("of a dying owner", pi(&w, LOCK, NULL));
	pthread_join(t, NULL);
	is("unlock", pi(&w, UNLOCK, NULL));

	v = w = 0;
	pi(&v, LOCK, NULL);
	pthread_create(&t, NULL, second_of_circle, NULL);
	asleep(&v);
	is("circle", pi(&w, LOCK, NULL));
	pi(&v, UNLOCK, NULL);
	pthread_join(t, NULL);
}

static void *keeps(void *m) { return (void *)(long)pthread_mutex_lock(m); }

#define SHOW(call) printf("%s: %d\n", #call, call)

static void mutexes(int robust)
{
	pthread_mutexattr_t a;
	pthread_mutex_t m;
	pthread_t t;
	int protocol = -1;

	pthread_mutexattr_init(&a);
	SHOW(pthread_mutexattr_setprotocol(&a, PTHREAD_PRIO_INHERIT));
	pthread_mutexattr_getprotocol(&a, &protocol);
	SHOW(protocol == PTHREAD_PRIO_INHERIT);
	pthread_mutexattr_settype(&a, PTHREAD_MUTEX_ERRORCHECK);
	if (robust)
		pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
	SHOW(pthread_mutex_init(&m, &a));
	SHOW(pthread_mutex_lock(&m));
	SHOW(pthread_mutex_lock(&m));
	SHOW(pthread_mutex_unlock(&m));
	SHOW(pthread_mutex_unlock(&m));
	if (!robust)
		return;
	pthread_create(&t, NULL, keeps, &m), pthread_join(t, NULL);
	SHOW(pthread_mutex_lock(&m));
	SHOW(pthread_mutex_consistent(&m));
	SHOW(pthread_mutex_unlock(&m));
	SHOW(pthread_mutex_lock(&m));
	SHOW(pthread_mutex_unlock(&m));
	pthread_create(&t, NULL, keeps, &m), pthread_join(t, NULL);
	SHOW(pthread_mutex_lock(&m));
	SHOW(pthread_mutex_unlock(&m));
	SHOW(pthread_mutex_lock(&m));
	SHOW(pthread_mutex_destroy(&m));
}

int main(void)
{
	calls();
	mutexes(0);
	mutexes(1);
	return 0;
}
