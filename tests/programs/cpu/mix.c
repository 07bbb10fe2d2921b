/* A little of all that a processor must keep for a program: signals, threads, floating point, TLS. */
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

static __thread double mine = 1;
static volatile sig_atomic_t caught;
static volatile double noise;

static void handler(int sig)
{
	noise = noise * 1.5 + sig;
	caught++;
}

static void *work(void *arg)
{
	long n = (long)arg;

	for (int i = 1; i <= 2000; i++) {
		mine += sqrt(i) / (n + 1);
		if (i % 100 == 0)
			raise(SIGUSR1);
	}
	printf("%ld: %.6f\n", n, mine);
	return 0;
}

int main(void)
{
	struct sigaction sa = { .sa_handler = handler };
	long double x87 = 1.0L / 3;
	pthread_t t;

	sigaction(SIGUSR1, &sa, 0);
	for (long n = 0; n < 4; n++) {
		pthread_create(&t, 0, work, (void *)n);
		pthread_join(t, 0);
	}
	printf("%.1f %d %.18Lf\n", mine, (int)caught, x87);
	return 0;
}
