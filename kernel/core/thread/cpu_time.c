/* What threads, and all of them together, have used of the processors. The kernel lock is held. */
#include "kernel.h"

ns_t thread_cpu_time(const struct thread *t)
{
	return t->cpu_time + (t->state == THREAD_RUNNING ? now_monotonic() - t->run_since : 0);
}

ns_t process_cpu_time(void)
{
	struct thread *t;
	ns_t sum = dead_threads_time;

	list_each(t, &all_threads, all)
		sum += thread_cpu_time(t);
	return sum;
}
