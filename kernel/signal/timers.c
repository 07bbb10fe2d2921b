/* Timers that end in a signal: setitimer's and timer_create's. */
#include "kernel.h"
#include "signal.h"
#include "sigtimer.h"

static struct list armed = LIST_INIT(armed);

void sigtimer_arm(struct sigtimer *t, ns_t deadline, ns_t interval)
{
	struct sigtimer *s;

	list_remove(&t->link);
	t->deadline = deadline;
	t->interval = interval;
	if (deadline == FOREVER)
		return;
	list_each(s, &armed, link)
		if (s->deadline > deadline)
			break;
	list_insert(s->link.prev, &t->link);
	timer_program();
}

ns_t itimer_next(void)
{
	return list_empty(&armed) ? FOREVER : list_first(&armed, struct sigtimer, link)->deadline;
}

/* EXPIRED times. A signal that still waits stands for all of them. */
static void fire(struct sigtimer *t, u64 expired)
{
	if (!t->signo)
		return;
	t->missed = min(t->missed + expired - !t->queued, 0x7fffffffUL);
	if (t->queued)
		return;
	struct siginfo info = { .signo = t->signo, .code = t->id < 0 ? SI_KERNEL : SI_TIMER };
	if (t->id >= 0) {
		info.timer_id = t->id;
		info.timer_value = t->value;
	}
	t->queued = signal_send_info(t->thread, t->signo, &info) && t->id >= 0;
	if (!t->queued)
		t->missed = 0;
}

void itimer_expire(ns_t now)
{
	while (!list_empty(&armed)) {
		struct sigtimer *t = list_first(&armed, struct sigtimer, link);
		if (t->deadline > now)
			return;
		ns_t next = FOREVER;
		u64 expired = 1;
		if (t->interval) {
			expired += (now - t->deadline) / t->interval;
			next = t->deadline + expired * t->interval;
		}
		sigtimer_arm(t, next, t->interval);
		fire(t, expired);
	}
}
