/* The functions of the vDSO (vdso(7)). They run as the program's own code on whatever stack it has:
 * leaves, that call nothing but the kernel, and fault where the program's pointers do. */
#include "clock.h"
#include "cpu.h"
#include "linux.h"

#define SYS_clock_gettime 228
#define SYS_clock_getres 229

extern const struct clock *const vdso_clock;	/* vdso.ld reserves it, sys/vdso/map.c fills it in */

static long call(long nr, long a, void *b)
{
	long r;

	__asm__ volatile("syscall" : "=a"(r) : "a"(nr), "D"(a), "S"(b) : "rcx", "r11", "memory");
	return r;
}

#define EXPORT __attribute__((visibility("default")))

EXPORT int __vdso_clock_gettime(int clock, struct timespec *ts)
{
	if (!CLOCK_IN(clock, CLOCKS_BY_TSC))
		return call(SYS_clock_gettime, clock, ts);
	ns_t now = clock_by_tsc(vdso_clock, clock);
	*ts = (struct timespec){ now / 1000000000, now % 1000000000 };
	return 0;
}

EXPORT int __vdso_clock_getres(int clock, struct timespec *res)
{
	if (!CLOCK_IN(clock, CLOCKS_BY_TSC))
		return call(SYS_clock_getres, clock, res);
	if (res)
		*res = (struct timespec){ 0, CLOCK_IN(clock, CLOCKS_COARSE) ? COARSE_NS : 1 };
	return 0;
}

EXPORT int __vdso_gettimeofday(struct timeval *tv, u32 *zone)
{
	if (tv) {
		ns_t now = clock_by_tsc(vdso_clock, CLOCK_REALTIME);
		*tv = (struct timeval){ now / 1000000000, now % 1000000000 / 1000 };
	}
	if (zone)
		zone[0] = zone[1] = 0;
	return 0;
}

EXPORT s64 __vdso_time(s64 *out)
{
	s64 now = clock_by_tsc(vdso_clock, CLOCK_REALTIME) / 1000000000;

	if (out)
		*out = now;
	return now;
}

EXPORT long __vdso_getcpu(u32 *cpu, u32 *node, void *unused)
{
	if (cpu)
		*cpu = current_cpu()->index;
	if (node)
		*node = 0;
	return 0;
}
