/* core/signal/timers.c */
#ifndef SIGTIMER_H
#define SIGTIMER_H

#include "list.h"
#include "thread.h"

struct sigtimer {
	struct list link;
	ns_t deadline, interval;	/* by sigtimer_now(); FOREVER: not armed */
	struct thread *thread;		/* NULL: the process */
	u64 value;
	int signo;			/* 0: none */
	int id;				/* of timer_create, or -1 */
	int clock;			/* CLOCK_*; those of CPU time count it, others are monotonic here */
	int tid;			/* of CLOCK_THREAD_CPUTIME_ID */
	bool by_wall;			/* armed until a time of CLOCK_REALTIME, and follows it */
	bool queued;			/* its signal waits to be taken */
	u32 missed;			/* expirations since then */
	u32 overrun;			/* of the signal that was taken last */
};

ns_t sigtimer_now(const struct sigtimer *t);
void sigtimer_arm(struct sigtimer *t, ns_t deadline, ns_t interval);
void sigtimer_earlier(struct sigtimer *t, s64 by);	/* of one that is armed, on the monotonic clock */

struct itimerspec { struct timespec interval, value; };
struct itimerval { struct timeval interval, value; };

static inline bool timespec_ok(const struct timespec *t)
{
	return t->tv_sec >= 0 && (u64)t->tv_nsec < 1000000000;
}

static inline ns_t timespec_ns(const struct timespec *t)
{
	return t->tv_sec > 9000000000 ? FOREVER / 2 : (ns_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

static inline struct timespec ns_timespec(ns_t n)
{
	return (struct timespec){ n / 1000000000, n % 1000000000 };
}

#endif
