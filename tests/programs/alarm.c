/* SIGALRM by alarm timers breaks sleeps and busy loops; POSIX timers. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t ticks;

static void tick(int sig)
{
	(void)sig;
	ticks++;
}

static void notified(union sigval v)
{
	*(volatile sig_atomic_t *)v.sival_ptr = 1;
}

int main(void)
{
	struct sigaction sa = { .sa_handler = tick };
	struct itimerval every = { { 0, 5000 }, { 0, 5000 } }, old;

	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	while (ticks < 5)
		;
	puts("five ticks in a busy loop");
	ticks = 0;
	while (ticks < 5)
		pause();
	puts("five ticks in pause");
	memset(&every, 0, sizeof every);
	setitimer(ITIMER_REAL, &every, &old);
	printf("interval was %ld\n", (long)old.it_interval.tv_usec);
	ualarm(10000, 0);
	struct timespec t = { 5, 0 }, left;
	printf("sleep broken: %d", nanosleep(&t, &left));
	printf(" %s, time left %d\n", strerror(errno), left.tv_sec >= 3);
	alarm(100);
	printf("alarm left %d\n", alarm(0) > 90);

	static volatile sig_atomic_t called;
	timer_t timer;
	struct sigevent ev = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = notified, .sigev_value.sival_ptr = (void *)&called };
	struct itimerspec once = { { 0, 0 }, { 0, 5000000 } };
	printf("timer_create %d\n", timer_create(CLOCK_MONOTONIC, &ev, &timer));
	timer_settime(timer, 0, &once, NULL);
	while (!called)
		usleep(1000);
	puts("thread notified");
	timer_delete(timer);
	ev = (struct sigevent){ .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
	timer_create(CLOCK_MONOTONIC, &ev, &timer);
	ticks = 0;
	once.it_interval.tv_nsec = 2000000;
	timer_settime(timer, 0, &once, NULL);
	while (ticks < 3)
		pause();
	puts("timer signals");
	return 0;
}
