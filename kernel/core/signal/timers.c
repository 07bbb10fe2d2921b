/* Timers that end in a signal: setitimer's and timer_create's. */
#include "cpu.h"
#include "kernel.h"
#include "signal.h"
#include "sigtimer.h"

u64 signal_process_pending(void);	/* core/signal/send.c */

static struct list armed = LIST_INIT(armed);

/* These cannot be sorted, as each clock has a pace of its own: they are looked at as often as Linux's tick comes. */
static struct list cpu_armed = LIST_INIT(cpu_armed);
#define CPU_TICK 4000000UL

static bool counts_cpu(const struct sigtimer *t)
{
	return t->clock == CLOCK_PROCESS_CPUTIME_ID || t->clock == CLOCK_THREAD_CPUTIME_ID;
}

ns_t sigtimer_now(const struct sigtimer *t)
{
	if (!counts_cpu(t))
		return now_monotonic();
	if (t->clock == CLOCK_PROCESS_CPUTIME_ID)
		return process_cpu_time();
	struct thread *owner = thread_by_tid(t->tid);
	return owner ? thread_cpu_time(owner) : 0;
}

void sigtimer_arm(struct sigtimer *t, ns_t deadline, ns_t interval)
{
	struct sigtimer *s;

	list_remove(&t->link);
	t->deadline = deadline;
	t->interval = interval;
	if (deadline == FOREVER)
		return;
	if (counts_cpu(t)) {
		list_append(&cpu_armed, &t->link);
	} else {
		list_each(s, &armed, link)
			if (s->deadline > deadline)
				break;
		list_insert(s->link.prev, &t->link);
	}
	timer_program();
}

/* No timer of CPU time can go off before every processor has spent its share of what is left. */
static ns_t cpu_next(ns_t next)
{
	struct sigtimer *t;

	list_each(t, &cpu_armed, link) {
		ns_t used = sigtimer_now(t), left = t->deadline > used ? t->deadline - used : 0;
		next = min(next, now_monotonic() + max(left / cpu_count, CPU_TICK));
	}
	return next;
}

ns_t itimer_next(void)
{
	return cpu_next(list_empty(&armed) ? FOREVER : list_first(&armed, struct sigtimer, link)->deadline);
}

/* EXPIRED times. A signal that still waits stands for all of them, whoever sent it. */
static void fire(struct sigtimer *t, u64 expired)
{
	u64 all = min(t->missed + expired, 0x7fffffffUL);

	if (!t->signo)
		return;
	if (t->queued) {
		t->missed = all;
		return;
	}
	struct siginfo info = { .signo = t->signo, .code = t->id < 0 ? SI_KERNEL : SI_TIMER };
	if (t->id >= 0) {
		info.timer_id = t->id;
		info.timer_value = t->value;
	}
	t->queued = signal_send_info(t->thread, t->signo, &info) && t->id >= 0;
	u64 pending = t->thread ? signal_state(t->thread)->pending : signal_process_pending();
	t->missed = t->queued ? all - 1 : pending & SIGBIT(t->signo) ? all : 0;
}

static void expire(struct sigtimer *t, ns_t now)
{
	ns_t next = FOREVER;
	u64 expired = 1;

	if (t->interval) {
		expired += (now - t->deadline) / t->interval;
		next = t->deadline + expired * t->interval;
	}
	sigtimer_arm(t, next, t->interval);
	fire(t, expired);
}

void sigtimer_earlier(struct sigtimer *t, s64 by)
{
	ns_t now = now_monotonic();

	t->deadline -= by;
	if ((s64)(t->deadline - now) <= 0)	/* before boot, it may be */
		expire(t, now);
	else
		sigtimer_arm(t, t->deadline, t->interval);
}

static struct sigtimer *cpu_expired(void)
{
	struct sigtimer *t;

	list_each(t, &cpu_armed, link)
		if (t->deadline <= sigtimer_now(t))
			return t;
	return NULL;
}

void itimer_expire(ns_t now)
{
	struct sigtimer *t;

	while (!list_empty(&armed)) {
		t = list_first(&armed, struct sigtimer, link);
		if (t->deadline > now)
			break;
		expire(t, now);
	}
	while ((t = cpu_expired()))
		expire(t, sigtimer_now(t));
}
