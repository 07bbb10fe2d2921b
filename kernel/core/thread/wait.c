/* Sleeping and waking. */
#include "kernel.h"

/* fs/poller.c, when linked: those that wait on several queues at once. */
OPTIONAL void waitq_notify(struct waitq *q, u32 events) { (void)q, (void)events; }
OPTIONAL bool signal_pending(void) { return false; }

void waitq_init(struct waitq *q)
{
	*q = (struct waitq)WAITQ_INIT(*q);
}

int wait_on(struct waitq *q, ns_t deadline, bool interruptible)
{
	struct thread *t = current();

	if (interruptible && signal_pending())
		return -EINTR;
	t->state = THREAD_BLOCKED;
	t->interruptible = interruptible;
	t->waiting = q;
	t->deadline = deadline;
	t->wake_result = 0;
	list_append(&q->threads, &t->run);
	if (deadline != FOREVER)
		timer_add(t);
	schedule();
	return t->wake_result;
}

void wake_thread(struct thread *t, int result)
{
	if (t->state != THREAD_BLOCKED)
		return;
	list_remove(&t->run);
	timer_remove(t);
	t->waiting = NULL;
	t->interruptible = false;
	t->wake_result = result;
	sched_ready(t);
}

void wake_one(struct waitq *q)
{
	if (!list_empty(&q->threads))
		wake_thread(list_first(&q->threads, struct thread, run), 0);
	waitq_notify(q, EVENTS_ALL);
}

void wake_all_for(struct waitq *q, u32 events)
{
	while (!list_empty(&q->threads))
		wake_thread(list_first(&q->threads, struct thread, run), 0);
	waitq_notify(q, events);
}

void wake_all(struct waitq *q)
{
	wake_all_for(q, EVENTS_ALL);
}
