/* Deadlines: a sorted list of sleeping threads, and the local timer, which is
 * set only while somebody waits for it. */
#include "cpu.h"
#include "kernel.h"

bool sched_others_ready(void);

static struct list sleepers = LIST_INIT(sleepers);

OPTIONAL void sched_slice_over(void) { current()->need_resched = true; }	/* core/thread/fair.c */
OPTIONAL ns_t itimer_next(void) { return FOREVER; }	/* signal/itimer.c */
OPTIONAL void itimer_expire(ns_t now) { (void)now; }

void timer_add(struct thread *t)
{
	struct thread *s;

	list_each(s, &sleepers, timer)
		if (s->deadline > t->deadline)
			break;
	list_insert(s->timer.prev, &t->timer);
}

void timer_remove(struct thread *t)
{
	list_remove(&t->timer);
}

static void expire(ns_t now)
{
	while (!list_empty(&sleepers)) {
		struct thread *t = list_first(&sleepers, struct thread, timer);
		if (t->deadline > now)
			return;
		wake_thread(t, -ETIMEDOUT);
	}
}

ns_t timer_next(void)
{
	ns_t next = itimer_next();

	return list_empty(&sleepers) ? next : min(next, list_first(&sleepers, struct thread, timer)->deadline);
}

void timer_program(void)
{
	struct cpu *c = current_cpu();
	ns_t next = timer_next();

	if (c->running != c->idle && !c->running->need_resched && sched_others_ready())
		next = min(next, c->slice_end);
	if (next >= c->timer_armed)	/* it goes off soon enough, and then looks again */
		return;
	ns_t now = now_monotonic();
	c->timer_armed = next;
	lapic_arm(next > now ? next - now : 1);
}

void timer_look(void)
{
	struct cpu *c = current_cpu();
	ns_t now = now_monotonic();

	expire(now);
	itimer_expire(now);
	if (sched_others_ready() && now >= c->slice_end)
		sched_slice_over();
	timer_program();
}
