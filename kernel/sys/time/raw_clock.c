/* The calls of clock.c, and getcpu(2), as the syscall instruction makes them: with their pointers checked. Programs
 * that have them get the vDSO. */
#include "clock.h"
#include "cpu.h"
#include "kernel.h"
#include "sigtimer.h"

long sys_clock_gettime(int clock, struct timespec *ts);
long sys_clock_getres(int clock, struct timespec *ts);
long sys_gettimeofday(struct timeval *tv, u32 *zone);
long sys_time(s64 *out);
long sys_getcpu(u32 *cpu, u32 *node);

static long raw_clock_gettime(int clock, struct timespec *ts)
{
	ns_t now;
	int err = clock_read(clock, &now);

	KEEP(vdso_anchor);	/* once is enough, as the linker takes files whole */
	KERNEL_LOCK();
	if (err)
		return err;
	CHECK_WRITE(ts, sizeof(*ts));
	*ts = ns_timespec(now);
	return 0;
}
SYSCALL_BY(228, clock_gettime, raw_clock_gettime, FULL);

static long raw_clock_getres(int clock, struct timespec *ts)
{
	KERNEL_LOCK();
	long err = sys_clock_getres(clock, NULL);

	if (err || !ts)
		return err;
	CHECK_WRITE(ts, sizeof(*ts));
	return sys_clock_getres(clock, ts);
}
SYSCALL_BY(229, clock_getres, raw_clock_getres, FULL);

static long raw_gettimeofday(struct timeval *tv, u32 *zone)
{
	KERNEL_LOCK();
	if (tv)
		CHECK_WRITE(tv, sizeof(*tv));
	if (zone)
		CHECK_WRITE(zone, 2 * sizeof(*zone));
	return sys_gettimeofday(tv, zone);
}
SYSCALL_BY(96, gettimeofday, raw_gettimeofday, FULL);

static long raw_time(s64 *out)
{
	KERNEL_LOCK();
	if (out)
		CHECK_WRITE(out, sizeof(*out));
	return sys_time(out);
}
SYSCALL_BY(201, time, raw_time, FULL);

static long raw_getcpu(u32 *cpu, u32 *node)
{
	KERNEL_LOCK();
	if (cpu)
		CHECK_WRITE(cpu, sizeof(*cpu));
	if (node)
		CHECK_WRITE(node, sizeof(*node));
	return sys_getcpu(cpu, node);
}
SYSCALL_BY(309, getcpu, raw_getcpu, FULL);
