/* nanosleep(2), clock_nanosleep(2) */
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
SYSCALL(35, nanosleep);

long sys_clock_nanosleep(int clock, int flags, const struct timespec *req, struct timespec *rem)
{
	KERNEL_LOCK();
	CHECK_READ(req, sizeof(*req));
	if (!timespec_ok(req) || (clock != 0 && clock != 1 && clock != 7 && clock != 11))
		return -EINVAL;
	ns_t t = timespec_ns(req), now = now_monotonic();
	if (!(flags & TIMER_ABSTIME))
		return sleep_until(now + t, rem);
	if (clock == CLOCK_REALTIME || clock == 11) {
		ns_t wall = now_realtime();
		t = t > wall ? now + (t - wall) : now;
	}
	return t <= now ? 0 : sleep_until(t, NULL);
}
SYSCALL(230, clock_nanosleep);
