/* timer_create(2) and its relations. Clocks other than those of CPU time count as MONOTONIC, with absolute times of REALTIME
 * and its like moved when somebody sets that clock. */
#include "clock.h"
#include "kernel.h"
#include "signal.h"
#include "sigtimer.h"

#define MAX_TIMERS 256
#define SIGEV_SIGNAL 0
#define SIGEV_NONE 1
#define SIGEV_THREAD_ID 4
#define TIMER_ABSTIME 1

struct sigevent {
	u64 value;
	int signo, notify, tid;
};

static struct sigtimer *timers[MAX_TIMERS];

/* The clocks of CPU time that belong to a process or thread have negative numbers (Linux posix-timers_types.h):
 * whose, inverted, then 4 for a thread, then which time. C libraries ask for all clocks of CPU time by these. */
#define CPUCLOCK_THREAD	4
#define CPUCLOCK_KIND	3
#define CPUCLOCK_FD	3

/* CLOCK by its plain number, or an error; *TID: whose. */
static int plain_clock(int clock, int *tid)
{
	int whose = ~(clock >> 3);

	*tid = current()->tid;
	if (clock >= 0)
		return clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE ?
			-EOPNOTSUPP : clock == 10 || clock > CLOCK_TAI ? -EINVAL : clock;
	if ((clock & CPUCLOCK_KIND) == CPUCLOCK_FD)	/* of a device */
		return clock & CPUCLOCK_THREAD ? -EINVAL : -EOPNOTSUPP;
	if (whose && !thread_by_tid(whose))
		return -EINVAL;
	if (!(clock & CPUCLOCK_THREAD))
		return whose > 1 ? -EINVAL : CLOCK_PROCESS_CPUTIME_ID;
	if (whose)
		*tid = whose;
	return CLOCK_THREAD_CPUTIME_ID;
}

long sys_timer_create(int clock, const struct sigevent *ev, int *id)
{
	KERNEL_LOCK();
	KEEP(signal_send_info);
	struct sigevent e = { .signo = SIGALRM, .notify = SIGEV_SIGNAL };
	struct thread *t, *target = NULL;
	int n = 0, whose;

	if (ev) {
		CHECK_READ(ev, sizeof(*ev));
		e = *ev;
	}
	if (clock < 0)	/* of a process or thread, which Linux looks for last */
		CHECK_WRITE(id, sizeof(*id));
	clock = plain_clock(clock, &whose);
	if (clock < 0)
		return clock;
	if (e.notify != SIGEV_NONE && (e.signo < 1 || e.signo > NSIG))
		return -EINVAL;
	if (e.notify == SIGEV_THREAD_ID) {
		list_each(t, &all_threads, all)
			if (t->tid == e.tid)
				target = t;
		if (!target)
			return -EINVAL;
	}
	CHECK_WRITE(id, sizeof(*id));
	while (n < MAX_TIMERS && timers[n])
		n++;
	struct sigtimer *s = n < MAX_TIMERS ? kzalloc(sizeof(*s)) : NULL;
	if (!s)
		return -EAGAIN;
	*s = (struct sigtimer){ .deadline = FOREVER, .thread = target, .id = n, .clock = clock, .tid = whose,
		.signo = e.notify == SIGEV_NONE ? 0 : e.signo, .value = ev ? e.value : (u64)n };
	list_init(&s->link);
	timers[n] = s;
	*id = n;
	return 0;
}
SYSCALL(222, timer_create, FULL);

static struct sigtimer *timer_by_id(int id)
{
	return id >= 0 && id < MAX_TIMERS ? timers[id] : NULL;
}

void posix_timer_taken(struct siginfo *info)
{
	struct sigtimer *t = timer_by_id(info->timer_id);

	if (!t)
		return;
	info->overrun = t->overrun = t->missed;
	t->missed = 0;
	t->queued = false;
}

/* Stops T, and takes back what it sent and nobody saw yet. */
static void disarm(struct sigtimer *t)
{
	sigtimer_arm(t, FOREVER, 0);
	if (t->queued)
		signal_flush(t->signo, t->id);
	t->queued = false;
	t->missed = t->overrun = 0;
}

static bool follows_wall(const struct sigtimer *t)
{
	return CLOCK_IN(t->clock, CLOCKS_WALL | 1u << CLOCK_REALTIME_ALARM);
}

void posix_timers_clock_set(s64 moved)
{
	for (int i = 0; i < MAX_TIMERS; i++)
		if (timers[i] && timers[i]->by_wall && timers[i]->deadline != FOREVER)
			sigtimer_earlier(timers[i], moved);
}

static struct itimerspec state_of(const struct sigtimer *t)
{
	ns_t now = sigtimer_now(t);
	ns_t left = t->deadline == FOREVER ? 0 : t->deadline > now ? t->deadline - now : 1;

	return (struct itimerspec){ ns_timespec(t->interval), ns_timespec(left) };
}

long sys_timer_settime(int id, int flags, const struct itimerspec *new, struct itimerspec *old)
{
	KERNEL_LOCK();
	if (!new)
		return -EINVAL;
	CHECK_READ(new, sizeof(*new));
	struct sigtimer *t = timer_by_id(id);
	if (!t || !timespec_ok(&new->value) || !timespec_ok(&new->interval))
		return -EINVAL;
	ns_t value = timespec_ns(&new->value), interval = timespec_ns(&new->interval);
	if (old) {
		CHECK_WRITE(old, sizeof(*old));
		*old = state_of(t);
	}
	if (!value)
		value = FOREVER;
	else if (!(flags & TIMER_ABSTIME))
		value += sigtimer_now(t);
	else if (follows_wall(t))
		value = wall_deadline(value);
	disarm(t);
	t->by_wall = flags & TIMER_ABSTIME && follows_wall(t);
	sigtimer_arm(t, value, interval);
	return 0;
}
SYSCALL(223, timer_settime, FULL);

long sys_timer_gettime(int id, struct itimerspec *cur)
{
	KERNEL_LOCK();
	struct sigtimer *t = timer_by_id(id);

	if (!t)
		return -EINVAL;
	CHECK_WRITE(cur, sizeof(*cur));
	*cur = state_of(t);
	return 0;
}
SYSCALL(224, timer_gettime, FULL);

long sys_timer_getoverrun(int id)
{
	KERNEL_LOCK();
	struct sigtimer *t = timer_by_id(id);

	return t ? (long)t->overrun : -EINVAL;
}
SYSCALL(225, timer_getoverrun, FULL);

long sys_timer_delete(int id)
{
	KERNEL_LOCK();
	struct sigtimer *t = timer_by_id(id);

	if (!t)
		return -EINVAL;
	disarm(t);
	timers[id] = NULL;
	kfree(t);
	return 0;
}
SYSCALL(226, timer_delete, FULL);
