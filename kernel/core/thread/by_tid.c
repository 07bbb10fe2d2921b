#include "kernel.h"

struct thread *thread_by_tid(int tid)
{
	struct thread *t;

	list_each(t, &all_threads, all)
		if (t->tid == tid && t->state != THREAD_DEAD)
			return t;
	return NULL;
}
