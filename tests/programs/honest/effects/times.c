/* Clocks and timers. What must not be long ago or far ahead has an hour to be so. */
#include "effects.h"
#include <sys/time.h>
#include <sys/timerfd.h>

#define HOUR 3600

static struct itimerspec hour = { .it_value = { HOUR } };

static bool about_an_hour(long left) { return left > HOUR / 2 && left <= HOUR; }

static long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000 + t.tv_nsec;
}

EFFECT(nanosleep) { long t = now_ns(); return !C(nanosleep, ((long[]){ 0, 2000000 }), NULL) && now_ns() - t >= 2000000; }
EFFECT(clock_nanosleep) { long t = now_ns(); return !C(clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, ((long[]){ (t + 2000000) / 1000000000, (t + 2000000) % 1000000000 }), NULL) && now_ns() - t >= 2000000; }

EFFECT(alarm)
{
	struct itimerval v;

	return !C(alarm, HOUR) && !getitimer(ITIMER_REAL, &v) && about_an_hour(v.it_value.tv_sec + 1) && about_an_hour(C(alarm, 0)) && !getitimer(ITIMER_REAL, &v) && !v.it_value.tv_sec;
}

static int timer(int signal)
{
	struct sigevent e = { .sigev_notify = signal ? SIGEV_SIGNAL : SIGEV_NONE, .sigev_signo = signal };
	int id = -1;

	return C(timer_create, CLOCK_MONOTONIC, &e, &id) ? -1 : id;
}

static long left(int id)
{
	struct itimerspec v;

	return C(timer_gettime, id, &v) ? -1 : v.it_value.tv_sec + !!v.it_value.tv_nsec;
}

EFFECT(timer_create) { int id = timer(0); return id >= 0 && !left(id) && !C(timer_delete, id); }

EFFECT(timer_settime)
{
	struct itimerspec soon = { .it_value = { 0, 1 } };
	sigset_t s;
	int far = timer(0), near = timer(SIGUSR1);
	bool set;

	sigemptyset(&s), sigaddset(&s, SIGUSR1);
	sigprocmask(SIG_BLOCK, &s, NULL);
	set = !C(timer_settime, far, 0, &hour, NULL) && about_an_hour(left(far)) && !C(timer_settime, near, 0, &soon, NULL) && sigwaitinfo(&s, NULL) == SIGUSR1;
	sigprocmask(SIG_UNBLOCK, &s, NULL);
	return !C(timer_delete, far) && !C(timer_delete, near) && set;
}

EFFECT(timer_delete) { int id = timer(0); return !C(timer_settime, id, 0, &hour, NULL) && !C(timer_delete, id) && left(id) < 0 && errno == EINVAL; }

static int timer_file(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK); }

EFFECT(timerfd_settime)
{
	struct itimerspec v, soon = { .it_value = { 0, 1 } };
	int fd = timer_file(), other = timerfd_create(CLOCK_MONOTONIC, 0);
	uint64_t n = 0;

	return !C(timerfd_settime, fd, 0, &hour, NULL) && !timerfd_gettime(fd, &v) && about_an_hour(v.it_value.tv_sec + 1) && read(fd, &n, 8) < 0 &&
	       !C(timerfd_settime, other, 0, &soon, NULL) && read(other, &n, 8) == 8 && n == 1;
}

GUEST_EFFECT(clock_settime)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += 1000000;
	return !C(clock_settime, CLOCK_REALTIME, &t) && time(NULL) >= t.tv_sec && time(NULL) < t.tv_sec + HOUR;
}

NONE(timer_gettime, "only reads");
NONE(timer_getoverrun, "only reads");
NONE(timerfd_gettime, "only reads");
NONE(gettimeofday, "only reads");
NONE(time, "only reads");
NONE(clock_gettime, "only reads");
NONE(clock_getres, "only reads");
