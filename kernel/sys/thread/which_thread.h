#ifndef WHICH_THREAD_H
#define WHICH_THREAD_H

#include "limits.h"
#include "thread.h"

/* The thread that a program means by TID; 0 is the caller itself. */
static inline struct thread *thread_of(int tid)
{
	struct thread *t;

	if (!tid)
		return current();
	list_each(t, &all_threads, all)
		if (t->tid == tid && t->state != THREAD_DEAD)
			return t;
	return NULL;
}

/* RLIMIT_NICE: 20 - 19 to 20 + 20 for the nice values 19 to -20. */
static inline bool nice_allowed(int nice)
{
	return (u64)(20 - nice) <= rlimits[RLIMIT_NICE].soft;
}

#endif
