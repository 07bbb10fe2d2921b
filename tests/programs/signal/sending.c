/* Whom kill() reaches, how many signals may wait, and timers whose signal waits already. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int result(int r) { return r < 0 ? -errno : r; }

static void *tell_tid(void *p)
{
	int *tid = p;

	__atomic_store_n(tid, gettid(), __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&tid[1], __ATOMIC_SEQ_CST))
		usleep(1000);
	return NULL;
}

static void whom(void)
{
	int tid[2] = { 0, 0 };
	pthread_t t;
	void *head = NULL;
	size_t len = 0;

	pthread_create(&t, NULL, tell_tid, tid);
	while (!__atomic_load_n(tid, __ATOMIC_SEQ_CST))
		usleep(1000);
	printf("kill: self %d, thread %d, nobody %d, no group %d, INT_MIN %d\n", result(kill(getpid(), 0)), result(kill(tid[0], 0)),
		result(kill(12345678, 0)), result(kill(-12345678, 0)), result(kill(INT_MIN, 0)));
	printf("bad signals: %d %d %d\n", result(kill(getpid(), 65)), result(kill(getpid(), -1)), result(kill(12345678, 65)));
	printf("robust list: %d", result(syscall(SYS_get_robust_list, tid[0], &head, &len)));
	printf(" %zu", len);
	printf(" %d\n", result(syscall(SYS_get_robust_list, 12345678, &head, &len)));
	__atomic_store_n(&tid[1], 1, __ATOMIC_SEQ_CST);
	pthread_join(t, NULL);
}

static void limit(void)
{
	struct rlimit old, few = { 3, 3 };
	union sigval v = { .sival_int = 7 };
	sigset_t set;
	siginfo_t info;
	int queued = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	getrlimit(RLIMIT_SIGPENDING, &old);
	few.rlim_max = old.rlim_max;
	few.rlim_cur = 0;
	setrlimit(RLIMIT_SIGPENDING, &few);
	printf("none may wait: %d", result(sigqueue(getpid(), SIGRTMIN, v)));
	printf(" %d", result(sigqueue(getpid(), SIGUSR1, v)));
	printf(" %d\n", result(kill(getpid(), SIGRTMIN)));
	while (sigtimedwait(&set, &info, &(struct timespec){ 0 }) > 0)
		printf("  %s, value %d\n", info.si_signo == SIGUSR1 ? "SIGUSR1" : "SIGRTMIN", info.si_value.sival_int);
	setrlimit(RLIMIT_SIGPENDING, &old);
	while (queued < 100 && !sigqueue(getpid(), SIGRTMIN, v))
		queued++;
	printf("%d wait\n", queued);
	while (sigtimedwait(&set, &info, &(struct timespec){ 0 }) > 0)
		queued--;
	printf("%d left\n", queued);
}

/* A timer whose signal somebody else sent before counts what it could not send. */
static void merged(void)
{
	struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct itimerspec every = { { 0, 20000000 }, { 0, 20000000 } };
	sigset_t set;
	siginfo_t info;
	timer_t t;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	kill(getpid(), SIGUSR1);
	timer_create(CLOCK_MONOTONIC, &ev, &t);
	timer_settime(t, 0, &every, NULL);
	usleep(100000);
	sigwaitinfo(&set, &info);
	printf("first: from kill() %d", info.si_code == SI_USER);
	sigwaitinfo(&set, &info);
	printf(", then of the timer %d, which counted %d\n", info.si_code == SI_TIMER, info.si_overrun >= 3);
	timer_delete(t);
}

static volatile int rang;
static void ring(int sig) { rang = sig; }

static long long used(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void work(int ms)
{
	long long end = used(CLOCK_PROCESS_CPUTIME_ID) + ms * 1000000LL;

	while (!rang && used(CLOCK_PROCESS_CPUTIME_ID) < end)
		;
}

/* Timers of CPU time stand still while the process sleeps. */
static void cpu_timers(void)
{
	struct itimerval slow = { { 0, 0 }, { 1000, 0 } }, now, soon = { { 0, 0 }, { 0, 30000 } }, off = { 0 };
	struct itimerspec when = { { 0, 0 }, { 0, 30000000 } }, left, bad = { { 0, -2 }, { 0, 1000 } };
	struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2 };
	int which[] = { ITIMER_VIRTUAL, ITIMER_PROF }, clocks[] = { CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID };
	struct timespec sleep = { 0, 200000000 };
	timer_t t;
	int clock_id;

	signal(SIGVTALRM, ring);
	signal(SIGPROF, ring);
	signal(SIGUSR2, ring);
	for (int i = 0; i < 2; i++) {
		setitimer(which[i], &slow, NULL);
		nanosleep(&sleep, NULL);
		getitimer(which[i], &now);
		printf("itimer %d: asleep it lost %s", which[i], now.it_value.tv_sec == 1000 || (now.it_value.tv_sec == 999 && now.it_value.tv_usec > 900000) ? "little" : "much");
		rang = 0;
		setitimer(which[i], &soon, NULL);
		nanosleep(&sleep, NULL);
		printf(", rang %d", rang);
		work(2000);
		printf(", after work %d", rang == (i ? SIGPROF : SIGVTALRM));
		setitimer(which[i], &off, &now);
		printf(", left %d\n", (int)now.it_value.tv_usec);
	}
	for (int i = 0; i < 2; i++) {
		printf("timer %d: %d", i, result(timer_create(clocks[i], &ev, &t)));
		rang = 0;
		printf(" bad %d", result(timer_settime(t, 0, &bad, NULL)));
		timer_settime(t, 0, &when, NULL);
		nanosleep(&sleep, NULL);
		printf(", rang %d", rang);
		work(2000);
		printf(", after work %d", rang == SIGUSR2);
		timer_gettime(t, &left);
		printf(", left %d\n", (int)left.it_value.tv_nsec);
		timer_delete(t);
	}
	printf("no event: %d\n", result(timer_create(CLOCK_PROCESS_CPUTIME_ID, NULL, &t)));
	for (int clock = -8; clock < 14; clock++)
		if (clock != 8 && clock != 9)	/* of machines with a clock that wakes them */
			printf(" %d", result(syscall(SYS_timer_create, clock, NULL, &clock_id)));
	printf("\n");
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	whom();
	limit();
	merged();
	cpu_timers();
	return 0;
}
