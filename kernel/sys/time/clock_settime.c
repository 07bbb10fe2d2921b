/* clock_settime(2), settimeofday(2): of CLOCK_REALTIME. */
#include "clock.h"
#include "kernel.h"
#include "permission.h"
#include "sigtimer.h"

OPTIONAL void timerfd_clock_set(void) {}	/* sys/file/timerfd.c */
OPTIONAL void posix_timers_clock_set(s64 moved) { (void)moved; }	/* sys/signal/posix_timer.c */

/* The clock must last for 30 years (Linux include/linux/time64.h, TIME_SETTOD_SEC_MAX). */
#define LAST_SECOND	(9223372036 - 30UL * 365 * 24 * 3600)

static long set(ns_t now)
{
	if (!capable(CAP_SYS_TIME))
		return -EPERM;
	if (now < now_monotonic())	/* Linux do_settimeofday64(): boot would have been before 1970 */
		return -EINVAL;
	ns_t before = clock_data.realtime_offset;
	realtime_set(now);
	s64 moved = clock_data.realtime_offset - before;
	wall_clock_set(moved);
	posix_timers_clock_set(moved);
	timerfd_clock_set();
	return 0;
}

long sys_clock_settime(int clock, const struct timespec *ts)
{
	ns_t unused;

	KERNEL_LOCK();
	if (clock > CLOCK_REALTIME)
		return -EINVAL;
	CHECK_READ(ts, sizeof(*ts));
	if (clock < 0)	/* CPU time is nobody's to set */
		return clock_read(clock, &unused) ? -EINVAL : -EPERM;
	if (!timespec_ok(ts) || ts->tv_sec >= (s64)LAST_SECOND)
		return -EINVAL;
	return set(timespec_ns(ts));
}
SYSCALL(227, clock_settime, FULL);

/* The time zone is the C library's: the kernel keeps none, and UTC is the one that can be set. */
long sys_settimeofday(const struct timeval *tv, const int *zone)
{
	KERNEL_LOCK();
	if (tv) {
		CHECK_READ(tv, sizeof(*tv));
		if (tv->tv_sec < 0 || tv->tv_sec >= (s64)LAST_SECOND || (u64)tv->tv_usec > 1000000)
			return -EINVAL;
	}
	if (zone) {
		CHECK_READ(zone, 2 * sizeof(*zone));
		if (zone[0])
			return -EINVAL;
	}
	if (!capable(CAP_SYS_TIME))
		return -EPERM;
	return tv ? set((ns_t)tv->tv_sec * 1000000000 + tv->tv_usec * 1000) : 0;
}
SYSCALL(164, settimeofday, PARTIAL("no time zone but UTC"));
