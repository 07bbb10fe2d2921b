/* Waits until a time of CLOCK_REALTIME, which somebody may set meanwhile (clock_was_set() of Linux). */
#include "clock.h"
#include "kernel.h"

ns_t wall_deadline(ns_t wall)
{
	ns_t passed = clock_data.realtime_offset;

	return current()->wall_deadline = wall > passed ? wall - passed : 0;
}

/* The clock has gone forward by MOVED. */
void wall_clock_set(s64 moved)
{
	struct thread *t;

	list_each(t, &all_threads, all) {
		if (t->state != THREAD_BLOCKED || t->deadline == FOREVER || t->deadline != t->wall_deadline)
			continue;
		timer_remove(t);
		t->deadline = t->wall_deadline = moved > 0 && (ns_t)moved > t->deadline ? 0 : t->deadline - moved;
		timer_add(t);
	}
	timer_program();
}
