/* clock_gettime(2), clock_getres(2), gettimeofday(2), time(2) as the C library calls them: what glibc asks
 * the vDSO, and so without a check of the pointer, is a matter of the time stamp counter alone here as well.
 * raw_clock.c has the same calls for the syscall instruction. */
#include "clock.h"
#include "kernel.h"
#include "sigtimer.h"

#define PID 1

static int dynamic_read(int clock, ns_t *now)
{
	int id = CLOCK_ID(clock);
	struct thread *t = id ? thread_by_tid(id) : current();

	if (CLOCK_WHAT(clock) >= CLOCK_WHAT_MAX)
		return -EINVAL;
	if (CLOCK_IS_THREAD(clock)) {
		if (!t)
			return -EINVAL;
		*now = thread_cpu_time(t);
	} else {
		if (id != PID && t != current())
			return -EINVAL;
		*now = process_cpu_time();
	}
	return 0;
}

int clock_read(int clock, ns_t *now)
{
	if (CLOCK_IN(clock, CLOCKS_BY_TSC)) {
		*now = clock_by_tsc(&clock_data, clock);
		return 0;
	}
	KERNEL_LOCK();
	switch (clock) {
	case CLOCK_REALTIME_ALARM:
		*now = now_realtime();
		return 0;
	case CLOCK_BOOTTIME_ALARM:
		*now = now_monotonic();
		return 0;
	case CLOCK_THREAD_CPUTIME_ID:
		*now = thread_cpu_time(current());
		return 0;
	case CLOCK_PROCESS_CPUTIME_ID:
		*now = process_cpu_time();
		return 0;
	}
	return clock < 0 ? dynamic_read(clock, now) : -EINVAL;
}

static ns_t resolution(int clock)
{
	if (clock < 0)
		return CLOCK_WHAT(clock) == CLOCK_WHAT_SCHED ? 1 : COARSE_NS;
	return CLOCK_IN(clock, CLOCKS_COARSE) ? COARSE_NS : 1;
}

long sys_clock_gettime(int clock, struct timespec *ts)
{
	ns_t now;
	int err = clock_read(clock, &now);

	if (err)
		return err;
	if (CLOCK_IN(clock, CLOCKS_BY_TSC)) {
		*ts = ns_timespec(now);
		return 0;
	}
	KERNEL_LOCK();
	CHECK_WRITE(ts, sizeof(*ts));
	*ts = ns_timespec(now);
	return 0;
}

long sys_clock_getres(int clock, struct timespec *ts)
{
	ns_t now;
	int err = clock_read(clock, &now);

	if (err || !ts)
		return err;
	KERNEL_LOCK();
	if (!CLOCK_IN(clock, CLOCKS_BY_TSC))
		CHECK_WRITE(ts, sizeof(*ts));
	*ts = (struct timespec){ 0, resolution(clock) };
	return 0;
}

long sys_gettimeofday(struct timeval *tv, u32 *zone)
{
	ns_t now = now_realtime();

	if (tv)
		*tv = (struct timeval){ now / 1000000000, now % 1000000000 / 1000 };
	if (zone)
		zone[0] = zone[1] = 0;
	return 0;
}

long sys_time(s64 *out)
{
	s64 now = now_realtime() / 1000000000;

	if (out)
		*out = now;
	return now;
}
