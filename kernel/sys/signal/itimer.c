/* setitimer(2), getitimer(2), alarm(2). Time in the program and in the kernel is one here: ITIMER_VIRTUAL counts both,
 * as ITIMER_PROF does. */
#include "kernel.h"
#include "signal.h"
#include "sigtimer.h"

static struct sigtimer timers[3] = {
	{ .link = LIST_INIT(timers[0].link), .deadline = FOREVER, .signo = SIGALRM, .id = -1 },
	{ .link = LIST_INIT(timers[1].link), .deadline = FOREVER, .signo = 26, .id = -1, .clock = CLOCK_PROCESS_CPUTIME_ID },
	{ .link = LIST_INIT(timers[2].link), .deadline = FOREVER, .signo = 27, .id = -1, .clock = CLOCK_PROCESS_CPUTIME_ID },
};

static struct timeval to_timeval(ns_t n)
{
	return (struct timeval){ n / 1000000000, n % 1000000000 / 1000 };
}

static struct itimerval state_of(const struct sigtimer *t)
{
	ns_t now = sigtimer_now(t);
	ns_t left = t->deadline == FOREVER ? 0 : t->deadline > now ? t->deadline - now : 1000;

	return (struct itimerval){ to_timeval(t->interval), to_timeval(left) };
}

long sys_getitimer(unsigned which, struct itimerval *cur)
{
	KERNEL_LOCK();
	if (which > 2)
		return -EINVAL;
	CHECK_WRITE(cur, sizeof(*cur));
	*cur = state_of(&timers[which]);
	return 0;
}
SYSCALL(36, getitimer, PARTIAL("ITIMER_VIRTUAL counts time in the kernel too"));

static bool timeval_ok(const struct timeval *t)
{
	return t->tv_sec >= 0 && (u64)t->tv_usec < 1000000;
}

long sys_setitimer(unsigned which, const struct itimerval *new, struct itimerval *old)
{
	KERNEL_LOCK();
	KEEP(signal_send_info);
	struct itimerval v = { 0 };

	if (new) {
		CHECK_READ(new, sizeof(*new));
		v = *new;
	}
	if (which > 2 || !timeval_ok(&v.value) || !timeval_ok(&v.interval))
		return -EINVAL;
	if (old) {
		CHECK_WRITE(old, sizeof(*old));
		*old = state_of(&timers[which]);
	}
	ns_t value = (ns_t)v.value.tv_sec * 1000000000 + v.value.tv_usec * 1000;
	ns_t interval = (ns_t)v.interval.tv_sec * 1000000000 + v.interval.tv_usec * 1000;
	sigtimer_arm(&timers[which], value ? sigtimer_now(&timers[which]) + value : FOREVER, interval);
	return 0;
}
SYSCALL(38, setitimer, PARTIAL("ITIMER_VIRTUAL counts time in the kernel too"));

long sys_alarm(unsigned seconds)
{
	KERNEL_LOCK();
	struct itimerval was = state_of(&timers[0]);

	sigtimer_arm(&timers[0], seconds ? now_monotonic() + seconds * 1000000000UL : FOREVER, 0);
	return was.value.tv_sec + (was.value.tv_usec ? 1 : 0);
}
SYSCALL(37, alarm, FULL);
