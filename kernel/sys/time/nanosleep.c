/* nanosleep(2), clock_nanosleep(2) */
#include "clock.h"
#include "cpu.h"
#include "kernel.h"
#include "sigtimer.h"

#define TIMER_ABSTIME 1

static struct waitq sleepers = WAITQ_INIT(sleepers);

static long sleep_until(ns_t deadline, struct timespec *rem)
{
	int err = wait_on(&sleepers, deadline, true);

	if (err != -EINTR)
		return 0;
	if (rem) {
		CHECK_WRITE(rem, sizeof(*rem));
		ns_t now = now_monotonic();
		*rem = ns_timespec(deadline > now ? deadline - now : 0);
	}
	return -EINTR;
}

long sys_nanosleep(const struct timespec *req, struct timespec *rem)
{
	KERNEL_LOCK();
	CHECK_READ(req, sizeof(*req));
	if (!timespec_ok(req))
		return -EINVAL;
	return sleep_until(now_monotonic() + timespec_ns(req), rem);
}
SYSCALL(35, nanosleep, FULL);

/* By a clock of CPU time: looks again when so much may have been used, with all processors busy. */
static long sleep_cpu_time(int clock, ns_t t, bool absolute, struct timespec *rem)
{
	ns_t used, until = t;
	int err = clock_read(clock, &used);

	if (!absolute)
		until += used;
	for (;; err = clock_read(clock, &used)) {
		if (err || used >= until)
			return err;
		ns_t least = max((until - used) / cpu_count, (ns_t)1000000);
		if (wait_on(&sleepers, now_monotonic() + least, true) != -EINTR)
			continue;
		if (rem && !absolute) {
			CHECK_WRITE(rem, sizeof(*rem));
			clock_read(clock, &used);
			*rem = ns_timespec(until > used ? until - used : 0);
		}
		return -EINTR;
	}
}

/* 0, or why nobody can sleep by that clock (Linux kernel/time/posix-timers.c, posix_clocks). */
static int can_sleep(int clock)
{
	ns_t unused;

	if (clock < 0)
		return CLOCK_IS_FILE(clock) ? -EOPNOTSUPP : 0;
	int err = clock_read(clock, &unused);
	if (err || clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME ||
	    clock == CLOCK_TAI || clock == CLOCK_PROCESS_CPUTIME_ID)
		return err;
	return -EOPNOTSUPP;
}

long sys_clock_nanosleep(int clock, int flags, const struct timespec *req, struct timespec *rem)
{
	KERNEL_LOCK();
	int err = can_sleep(clock);
	if (err)
		return err;
	CHECK_READ(req, sizeof(*req));
	if (!timespec_ok(req))
		return -EINVAL;
	/* Nobody wakes from waiting for what he uses himself. */
	if (clock < 0 && CLOCK_IS_THREAD(clock) && (!CLOCK_ID(clock) || CLOCK_ID(clock) == current()->tid))
		return -EINVAL;
	ns_t t = timespec_ns(req), now = now_monotonic();
	bool absolute = flags & TIMER_ABSTIME;
	if (clock < 0 || clock == CLOCK_PROCESS_CPUTIME_ID)
		return sleep_cpu_time(clock, t, absolute, rem);
	if (!absolute)
		return sleep_until(now + t, rem);
	if (CLOCK_IN(clock, CLOCKS_WALL))
		t = wall_deadline(t);
	return t <= now ? 0 : sleep_until(t, NULL);
}
SYSCALL(230, clock_nanosleep, FULL);
