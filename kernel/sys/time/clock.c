/* clock_gettime(2), clock_getres(2), gettimeofday(2), time(2) */
#include "cpu.h"
#include "kernel.h"
#include "sigtimer.h"

#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID 3
#define CLOCK_TAI 11

static ns_t thread_time(void)
{
	struct thread *t = current();

	return t->cpu_time + now_monotonic() - t->run_since;
}

static ns_t process_time(void)
{
	struct thread *t;
	ns_t sum = 0;

	list_each(t, &all_threads, all)
		sum += t->cpu_time + (t->state == THREAD_RUNNING ? now_monotonic() - t->run_since : 0);
	return sum;
}

static int clock_read(int clock, ns_t *now)
{
	switch (clock) {
	case 0: case 5: case 8: case CLOCK_TAI:
		*now = now_realtime();
		return 0;
	case 1: case 4: case 6: case 7: case 9:
		*now = now_monotonic();
		return 0;
	case CLOCK_THREAD_CPUTIME_ID:
		*now = thread_time();
		return 0;
	}
	if (clock == CLOCK_PROCESS_CPUTIME_ID || clock < 0) {
		/* negative: a CPU-time clock of one thread (bit 2) or process */
		if (clock < 0 && clock & 4) {
			*now = thread_time();
		} else {
			KERNEL_LOCK();
			*now = process_time();
		}
		return 0;
	}
	return -EINVAL;
}

/* For libc, without the lock: the pointer is used as it is, as glibc's own clock_gettime() does. */
long sys_clock_gettime(int clock, struct timespec *ts)
{
	ns_t now;
	int err = clock_read(clock, &now);

	if (err)
		return err;
	*ts = ns_timespec(now);
	return 0;
}

static long checked_gettime(int clock, struct timespec *ts)
{
	ns_t now;
	int err = clock_read(clock, &now);

	if (err)
		return err;
	KERNEL_LOCK();
	CHECK_WRITE(ts, sizeof(*ts));
	*ts = ns_timespec(now);
	return 0;
}
SYSCALL_BY(228, clock_gettime, checked_gettime);

long sys_clock_getres(int clock, struct timespec *ts)
{
	ns_t now;
	int err = clock_read(clock, &now);

	if (err)
		return err;
	if (ts) {
		KERNEL_LOCK();
		CHECK_WRITE(ts, sizeof(*ts));
		*ts = (struct timespec){ 0, clock == 5 || clock == 6 ? 4000000 : 1 };
	}
	return 0;
}
SYSCALL(229, clock_getres);

long sys_gettimeofday(struct timeval *tv, u32 *zone)
{
	ns_t now = now_realtime();

	KERNEL_LOCK();
	if (tv) {
		CHECK_WRITE(tv, sizeof(*tv));
		*tv = (struct timeval){ now / 1000000000, now % 1000000000 / 1000 };
	}
	if (zone) {
		CHECK_WRITE(zone, 8);
		zone[0] = zone[1] = 0;
	}
	return 0;
}
SYSCALL(96, gettimeofday);

long sys_time(s64 *out)
{
	s64 now = now_realtime() / 1000000000;

	if (out) {
		KERNEL_LOCK();
		CHECK_WRITE(out, 8);
		*out = now;
	}
	return now;
}
SYSCALL(201, time);

long sys_clock_settime(int clock, const struct timespec *ts)
{
	KERNEL_LOCK();
	CHECK_READ(ts, sizeof(*ts));
	if (clock != CLOCK_REALTIME || !timespec_ok(ts))
		return -EINVAL;
	realtime_set(timespec_ns(ts));
	return 0;
}
SYSCALL(227, clock_settime);
