/* Clocks: only judgements are shown. START_NS is the host's clock before. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static long long ns(clockid_t c)
{
	struct timespec t;

	if (clock_gettime(c, &t))
		return -1;
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

int main(void)
{
	const char *start = getenv("START_NS");
	long long host = start ? atoll(start) : 0, now = ns(CLOCK_REALTIME), a, b;
	struct timeval tv;
	struct timespec res, nap = { 0, 30000000 }, left;
	int backwards = 0, stuck = 1;

	printf("started after the host's note: %d\n", now >= host);
	printf("not an hour later: %d\n", now - host < 3600ll * 1000000000);
	gettimeofday(&tv, NULL);
	printf("gettimeofday agrees: %d\n", llabs(tv.tv_sec * 1000000000ll + tv.tv_usec * 1000ll - now) < 10000000000ll);
	printf("time agrees: %d\n", labs(time(NULL) - now / 1000000000) <= 10);

	a = ns(CLOCK_MONOTONIC);
	for (int i = 0; i < 200000; i++) {
		b = ns(CLOCK_MONOTONIC);
		backwards += b < a;
		stuck &= b == a;
		a = b;
	}
	printf("backwards %d stuck %d\n", backwards, stuck);

	a = ns(CLOCK_MONOTONIC);
	printf("nanosleep %d\n", nanosleep(&nap, &left));
	b = ns(CLOCK_MONOTONIC) - a;
	printf("long enough %d, not absurd %d\n", b >= 30000000, b < 5000000000ll);
	a = ns(CLOCK_REALTIME);
	usleep(10000);
	printf("usleep %d\n", ns(CLOCK_REALTIME) - a >= 10000000);
	a = ns(CLOCK_MONOTONIC);
	left.tv_sec = (a + 15000000) / 1000000000;
	left.tv_nsec = (a + 15000000) % 1000000000;
	printf("absolute sleep %d", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &left, NULL));
	printf(" %d\n", ns(CLOCK_MONOTONIC) >= a + 15000000);
	nap.tv_nsec = 1000000000;
	printf("bad nanoseconds %d", nanosleep(&nap, NULL));
	printf(" %s\n", strerror(errno));

	printf("resolution %d\n", clock_getres(CLOCK_MONOTONIC, &res) == 0 && res.tv_sec == 0);
	a = ns(CLOCK_PROCESS_CPUTIME_ID);
	for (volatile int i = 0; i < 20000000; i++)
		;
	printf("processor time grows %d\n", ns(CLOCK_PROCESS_CPUTIME_ID) > a && a >= 0);
	printf("thread time %d\n", ns(CLOCK_THREAD_CPUTIME_ID) > 0);
	a = ns(CLOCK_PROCESS_CPUTIME_ID);
	printf("past the first second, which used no processor %d\n", ns(CLOCK_MONOTONIC_RAW) - 1000000000ll >= a);
	printf("boot time %d\n", ns(CLOCK_BOOTTIME) > 0);
	printf("coarse %d\n", ns(CLOCK_MONOTONIC_COARSE) > 0 && ns(CLOCK_REALTIME_COARSE) > host - 1000000000ll);
	printf("clock() %d\n", clock() > 0);
	struct rusage ru;
	printf("getrusage %d\n", getrusage(RUSAGE_SELF, &ru) == 0);
	struct tms tms;
	printf("times %d\n", times(&tms) != (clock_t)-1);
	printf("no such clock %d", clock_gettime(77, &res));
	printf(" %s\n", strerror(errno));
	return 0;
}
