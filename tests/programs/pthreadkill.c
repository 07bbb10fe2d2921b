/* A signal sent to one thread arrives there, even when it spins. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static pthread_t target;
static atomic_int here, elsewhere, ready, stop;

static void handler(int sig)
{
	(void)sig;
	if (pthread_equal(pthread_self(), target))
		here++;
	else
		elsewhere++;
}

static void *spin(void *arg)
{
	volatile double d = 1.25;

	ready = 1;
	while (!stop)
		d = d * 1.0;
	return d == 1.25 ? arg : NULL;
}

static void *sleepy(void *arg)
{
	ready = 1;
	while (!here)
		pause();
	return arg;
}

int main(void)
{
	struct sigaction sa = { .sa_handler = handler };
	void *r;

	sigaction(SIGUSR1, &sa, NULL);
	pthread_create(&target, NULL, spin, &sa);
	while (!ready)
		usleep(100);
	for (int i = 1; i <= 20; i++) {
		pthread_kill(target, SIGUSR1);
		while (here < i)
			usleep(100);
	}
	stop = 1;
	pthread_join(target, &r);
	printf("spinning: here %d elsewhere %d floating point kept %d\n", here, elsewhere, r == &sa);
	here = ready = 0;
	pthread_create(&target, NULL, sleepy, &sa);
	while (!ready)
		usleep(100);
	while (!here) {
		pthread_kill(target, SIGUSR1);
		usleep(1000);
	}
	pthread_join(target, &r);
	printf("sleeping: here %d elsewhere %d\n", here > 0, elsewhere);
	return 0;
}
