/* The order of the ready queue: fair by virtual time. What a thread used of a processor is added to its vtime, in full or
 * as its weight says (sys/thread/weight.c), and the ready thread with the least of it is next. Who slept is not given all
 * that it left, but at most BONUS: enough to be next. Threads of real time have values below 0.
 * Linked in only with threads. */
#include "cpu.h"
#include "kernel.h"

#define BONUS	3000000

s64 sched_base;			/* no thread of the queue but for those of real time is behind it */

OPTIONAL s64 sched_weigh(struct thread *t, ns_t ran) { (void)t; return ran; }	/* sys/thread/weight.c */

void sched_charge(struct thread *t)
{
	ns_t now = now_monotonic(), ran = now - t->run_since;

	t->cpu_time += ran;
	t->run_since = now;
	t->vtime += sched_weigh(t, ran);
}

/* The first in the queue has had the least, or one that runs; if nobody waited, what happened meanwhile is forgotten. */
static void raise_base(const struct list *queue)
{
	bool waiting = !list_empty(queue);
	s64 least = waiting ? list_first(queue, struct thread, run)->vtime : 0;

	cpu_each(c)
		if (c->running != c->idle) {
			if (!waiting)	/* else it was at the slice's end */
				sched_charge(c->running);
			s64 had = c->running->vtime;
			least = waiting ? min(least, had) : max(least, had);
		}
	sched_base = max(sched_base, least - BONUS);
}

void sched_enqueue(struct list *queue, struct thread *t)
{
	struct list *after = queue->prev;

	raise_base(queue);
	if ((u64)t->vtime < (u64)sched_base)
		t->vtime = sched_base;
	while (after != queue && container_of(after, struct thread, run)->vtime > t->vtime)
		after = after->prev;
	list_insert(after, &t->run);
}

/* Threads wait, and this CPU's had its slice. One that was alone on its CPU when the timer was set there has none. */
void sched_slice_over(void)
{
	cpu_each(c)
		if (c->timer_armed > c->slice_end)
			cpu_look_again(c);
}
