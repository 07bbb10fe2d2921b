/* clock_settime(2): of CLOCK_REALTIME. */
#include "clock.h"
#include "kernel.h"
#include "sigtimer.h"

long sys_clock_settime(int clock, const struct timespec *ts)
{
	ns_t unused;

	KERNEL_LOCK();
	if (clock > CLOCK_REALTIME)
		return -EINVAL;
	CHECK_READ(ts, sizeof(*ts));
	if (clock < 0)	/* CPU time is nobody's to set */
		return clock_read(clock, &unused) ? -EINVAL : -EPERM;
	if (!timespec_ok(ts))
		return -EINVAL;
	realtime_set(timespec_ns(ts));
	return 0;
}
SYSCALL(227, clock_settime);
