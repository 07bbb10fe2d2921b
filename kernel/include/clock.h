/* The clock, as the kernel and the vDSO read it: the time stamp counter, scaled to nanoseconds. */
#ifndef CLOCK_H
#define CLOCK_H

#include "linux.h"
#include "types.h"

/* Written at boot; afterwards only realtime_offset changes, in one store. */
struct clock {
	u64 tsc_start;
	u64 scale;		/* ns = ticks * scale >> 32 */
	ns_t realtime_offset;	/* realtime = monotonic + offset */
};
extern struct clock clock_data;

/* Resolution of the coarse clocks: a tick of Linux with HZ=250. */
#define COARSE_NS		4000000

#define CLOCK_IN(clock, set)	((u32)(clock) < 32 && (set) >> (clock) & 1)
#define CLOCKS_COARSE		(1u << CLOCK_REALTIME_COARSE | 1u << CLOCK_MONOTONIC_COARSE)
#define CLOCKS_WALL		(1u << CLOCK_REALTIME | 1u << CLOCK_REALTIME_COARSE | 1u << CLOCK_TAI)
/* Those that Linux's vDSO serves. */
#define CLOCKS_BY_TSC		(CLOCKS_COARSE | CLOCKS_WALL | 1u << CLOCK_MONOTONIC | 1u << CLOCK_MONOTONIC_RAW | \
				 1u << CLOCK_BOOTTIME)

/* LFENCE: else the counter may be read before what the program read first, such as another CPU's message
 * with that CPU's time (Intel SDM vol. 2, RDTSC). */
static inline ns_t clock_monotonic(const struct clock *c)
{
	u32 lo, hi;

	__asm__ volatile("lfence\n\trdtsc" : "=a"(lo), "=d"(hi) :: "memory");
	return (unsigned __int128)(((u64)hi << 32 | lo) - c->tsc_start) * c->scale >> 32;
}

/* The clocks of CPU time that clock_getcpuclockid(3) and pthread_getcpuclockid(3) make: the inverted number of
 * a process or thread, 0 for the caller's own, above what is counted (Linux include/linux/posix-timers_types.h). */
#define CLOCK_ID(clock)		(~((clock) >> 3))
#define CLOCK_IS_THREAD(clock)	((clock) & 4)
#define CLOCK_WHAT(clock)	((clock) & 3)
#define CLOCK_WHAT_SCHED	2
#define CLOCK_WHAT_MAX		3
#define CLOCK_IS_FILE(clock)	(((clock) & 7) == 3)	/* of a file's own: there is none */

/* core/time/wall.c. A wait until WALL by CLOCK_REALTIME has the deadline that wall_deadline() says, and follows that clock. */
ns_t wall_deadline(ns_t wall);
void wall_clock_set(s64 moved);

/* sys/time/clock.c: any clock; -EINVAL: no such one. */
int clock_read(int clock, ns_t *now);

/* CLOCK is one of CLOCKS_BY_TSC. */
static inline ns_t clock_by_tsc(const struct clock *c, int clock)
{
	ns_t now = clock_monotonic(c);

	if (CLOCK_IN(clock, CLOCKS_COARSE))
		now -= now % COARSE_NS;
	if (CLOCK_IN(clock, CLOCKS_WALL))
		now += *(volatile const ns_t *)&c->realtime_offset;
	return now;
}

#endif
