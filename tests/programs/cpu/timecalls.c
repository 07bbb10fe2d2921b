/* What the calls about time say to clocks and pointers that are wrong. Compiled statically it makes raw
 * system calls, with -DLIBC the C library's where they say as much. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static void *const bad = (void *)0x123456789000;	/* nothing is there */

static void say(const char *what, long id, long r)
{
	printf("%s %ld: %s\n", what, id, r == -1 ? strerrorname_np(errno) : r == 0 ? "0" : "positive");
}

static const int ids[] = { 0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 15, 31, 32, 1 << 20, -1, -2, -3, -4, -5, -6, -7, -8 };
#define EACH(id) for (unsigned i_ = 0, id; i_ < sizeof(ids) / sizeof(*ids) && (id = ids[i_], 1); i_++)

static void readers(void)
{
	struct timespec t, past = { 0, 0 }, wrong = { 0, 1000000000 }, negative = { -1, 0 };

	EACH(id) {
		say("gettime", (int)id, syscall(SYS_clock_gettime, id, &t));
		say("gettime bad", (int)id, syscall(SYS_clock_gettime, id, bad));
		say("gettime null", (int)id, syscall(SYS_clock_gettime, id, 0));
		long r = syscall(SYS_clock_getres, id, &t);
		say("getres", (int)id, r);
		if (!r)
			printf("%ld %ld\n", (long)t.tv_sec, t.tv_nsec);
		say("getres bad", (int)id, syscall(SYS_clock_getres, id, bad));
		say("getres null", (int)id, syscall(SYS_clock_getres, id, 0));
		if ((int)id != 0)
			say("settime", (int)id, syscall(SYS_clock_settime, id, &wrong));
		say("settime bad", (int)id, syscall(SYS_clock_settime, id, bad));
		say("sleep", (int)id, syscall(SYS_clock_nanosleep, id, TIMER_ABSTIME, &past, 0));
		say("sleep wrong", (int)id, syscall(SYS_clock_nanosleep, id, 0, &wrong, 0));
		say("sleep negative", (int)id, syscall(SYS_clock_nanosleep, id, 0, &negative, bad));
		say("sleep bad", (int)id, syscall(SYS_clock_nanosleep, id, 0, bad, 0));
	}
	say("nanosleep bad", 0, syscall(SYS_nanosleep, bad, 0));
	say("nanosleep wrong", 0, syscall(SYS_nanosleep, &wrong, 0));
	say("nanosleep", 0, syscall(SYS_nanosleep, &past, bad));
	say("gettimeofday bad", 0, syscall(SYS_gettimeofday, bad, 0));
	say("gettimeofday bad zone", 0, syscall(SYS_gettimeofday, 0, bad));
	say("gettimeofday neither", 0, syscall(SYS_gettimeofday, 0, 0));
	say("time bad", 0, syscall(SYS_time, bad));
	say("time", 0, syscall(SYS_time, 0));
	say("getcpu bad", 0, syscall(SYS_getcpu, bad, 0, 0));
	say("getcpu bad node", 0, syscall(SYS_getcpu, 0, bad, 0));
	say("getcpu neither", 0, syscall(SYS_getcpu, 0, 0, 0));
	say("times bad", 0, syscall(SYS_times, bad));
	say("getrusage bad", 0, syscall(SYS_getrusage, 0, bad));
	say("getrusage 5", 0, syscall(SYS_getrusage, 5, bad));
}

/* Fails or reads only: nobody's clock is touched. */
static void adjust(void)
{
	struct timex t = { 0 };
	long r = syscall(SYS_adjtimex, &t);

	printf("adjtimex: %d, tick %ld, tolerance %ld, precision %ld\n", r >= 0 && r <= 5, t.tick, t.tolerance, t.precision);
	t = (struct timex){ .modes = 0xa001 };
	r = syscall(SYS_adjtimex, &t);
	printf("offset: %d %ld\n", r >= 0 && r <= 5, t.offset);
	r = syscall(SYS_clock_adjtime, CLOCK_REALTIME, &t);
	printf("clock_adjtime: %d\n", r >= 0 && r <= 5);
	say("adjtimex bad", 0, syscall(SYS_adjtimex, bad));
	EACH(id)
		if ((int)id)
			say("clock_adjtime", (int)id, syscall(SYS_clock_adjtime, id, &t));
	say("clock_adjtime bad", 0, syscall(SYS_clock_adjtime, 0, bad));
}

static long long ns(clockid_t id)
{
	struct timespec t;

	return clock_gettime(id, &t) ? -1 : t.tv_sec * 1000000000LL + t.tv_nsec;
}

static pthread_barrier_t meet;
static clockid_t theirs;
static int enough;

static void *work(void *unused)
{
	/* As long as the other sleeps by this thread's time, however late it begins. */
	for (long long until = ns(CLOCK_THREAD_CPUTIME_ID) + 30000000;
	     ns(CLOCK_THREAD_CPUTIME_ID) < until || !__atomic_load_n(&enough, __ATOMIC_SEQ_CST);)
		;
	pthread_barrier_wait(&meet);
	pthread_barrier_wait(&meet);
	return 0;
}

/* Clocks of CPU time. */
static void dynamic(void)
{
	clockid_t mine, process;
	pthread_t th;

	printf("clock_getcpuclockid: %d %d\n", clock_getcpuclockid(0, &process), clock_getcpuclockid(getpid(), &process));
	printf("of nobody: %s\n", strerrorname_np(clock_getcpuclockid(2000000000, &process)));
	clock_getcpuclockid(getpid(), &process);
	pthread_getcpuclockid(pthread_self(), &mine);
	pthread_barrier_init(&meet, 0, 2);
	pthread_create(&th, 0, work, 0);
	printf("pthread_getcpuclockid: %d\n", pthread_getcpuclockid(th, &theirs));
	struct timespec slept = { 0, 20000000 };
	long long before = ns(process);
	printf("sleep by CPU time: %d\n", clock_nanosleep(process, 0, &slept, 0));
	__atomic_store_n(&enough, 1, __ATOMIC_SEQ_CST);
	printf("long enough: %d\n", ns(process) - before >= 20000000);
	pthread_barrier_wait(&meet);
	long long t = ns(theirs), m = ns(mine), p = ns(process);
	printf("theirs %d, in the process's %d, the same clock %d\n", t >= 30000000, p >= t + m,
		ns(CLOCK_PROCESS_CPUTIME_ID) - p < 1000000000);
	pthread_barrier_wait(&meet);
	pthread_join(th, 0);
	for (int i = 0; i < 1000 && ns(theirs) >= 0; i++)	/* until the kernel has let it go */
		usleep(1000);
	printf("gone: %d\n", (int)ns(theirs));
	printf("the process's goes on: %d\n", ns(process) >= p);
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	printf("usage: %d\n", (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000LL + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000LL >= 25000000);
}

int main(void)
{
#ifndef LIBC
	readers();
	adjust();
#endif
	dynamic();
	return 0;
}
