// One thread does long double arithmetic, and is preempted with its x87 stack full; the other sleeps,
// which switches by its own will, and prints: what the one left must not be in its way.
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static volatile int stop;
static volatile long double out;

static void *compute(void *arg)
{
	long double p = 1, q = 2, r = 3, s = 4, t = 5, u = 6;

	(void)arg;
	while (!stop) {
		for (int i = 0; i < 100000; i++) {
			p = p * 0.5L + q;
			q = q * 0.25L + r;
			r = r * 0.5L + s;
			s = s * 0.125L + t;
			t = t * 0.5L + u;
			u = u * 0.5L + 1;
		}
		out = p + q + r + s + t + u;
	}
	return NULL;
}

int main(void)
{
	struct timespec ms = { 0, 1000000 };
	pthread_t t;
	int bad = 0;

	pthread_create(&t, NULL, compute, NULL);
	for (int i = 0; i < 100; i++) {
		char b[64];
		snprintf(b, sizeof(b), "%.3f %.1Lf", 1234.5, 3.5L);
		if (strcmp(b, "1234.500 3.5") && bad++ == 0)
			printf("printed %s\n", b);
		nanosleep(&ms, NULL);
	}
	stop = 1;
	pthread_join(t, NULL);
	printf("wrong %d times, sum %.6Lf\n", bad, out);
	return bad != 0;
}
