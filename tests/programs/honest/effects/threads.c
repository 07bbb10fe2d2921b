/* Threads, their ends and where they run. */
#include <sys/resource.h>
#include "effects.h"

static volatile int tid, word;

static void *exits(void *p)
{
	tid = gettid();
	C(exit, 0);
	return p;
}

EFFECT(exit)
{
	pthread_t t;
	void *said = &said;

	if (pthread_create(&t, NULL, exits, NULL) || pthread_join(t, &said))
		return false;
	while (!C(tgkill, getpid(), tid, 0))	/* the ID is given back after what wakes pthread_join */
		sched_yield();
	return errno == ESRCH;
}

static void *clears(void *p)
{
	word = 77;
	C(set_tid_address, &word);
	C(exit, 0);
	return p;
}

EFFECT(set_tid_address)
{
	pthread_t t;

	word = 1;
	if (pthread_create(&t, NULL, clears, NULL))
		return false;
	while (word)
		sched_yield();
	return true;
}

static struct { void *next; long offset; void *pending; struct { void *next; int word; } lock; } robust;

static void *dies(void *p)
{
	void *head;
	size_t size;

	robust.lock.next = &robust;
	robust.next = &robust.lock;
	robust.offset = 8;
	robust.lock.word = gettid();
	bool set = !C(set_robust_list, &robust, 24) && !C(get_robust_list, 0, &head, &size) && head == &robust && size == 24;
	tid = set;
	C(exit, 0);
	return p;
}

EFFECT(set_robust_list)
{
	pthread_t t;

	return !pthread_create(&t, NULL, dies, NULL) && !pthread_join(t, NULL) && tid == 1 && robust.lock.word == 0x40000000 /* FUTEX_OWNER_DIED */;
}

EFFECT(sched_setaffinity)
{
	unsigned long all[16] = { 0 }, one[16] = { 0 }, got[16] = { 0 };
	unsigned cpu = 0, last = 0;

	if (C(sched_getaffinity, 0, sizeof all, all) < 0)
		return false;
	for (unsigned i = 0; i < 1024; i++)
		if (all[i / 64] >> i % 64 & 1)
			last = i;
	one[last / 64] = 1UL << last % 64;
	bool moved = !C(sched_setaffinity, 0, sizeof one, one) && C(sched_getaffinity, 0, sizeof got, got) > 0 && !memcmp(one, got, sizeof one) &&
		     !C(getcpu, &cpu, NULL, NULL) && cpu == last;
	return !C(sched_setaffinity, 0, sizeof all, all) && moved;
}

EFFECT(setpriority)	// what it does to threads that compete: cpu/shares.c
{
	long before = 20 - C(getpriority, PRIO_PROCESS, 0);
	bool set = !C(setpriority, PRIO_PROCESS, 0, before - 3) && C(getpriority, PRIO_PROCESS, 0) == 20 - (before - 3);

	return !C(setpriority, PRIO_PROCESS, 0, before) && set;
}

NONE(exit_group, "the status that the test looks at");
NONE(get_robust_list, "only reads");
NONE(sched_getaffinity, "only reads");
NONE(sched_getparam, "only reads");
NONE(sched_getscheduler, "only reads");
NONE(sched_get_priority_max, "only reads");
NONE(sched_get_priority_min, "only reads");
NONE(sched_rr_get_interval, "only reads");
NONE(sched_yield, "others may run first, or not");
