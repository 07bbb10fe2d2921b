/* pthread_cancel with clean-up handlers, and pthread_exit of the main thread. */
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static void cleanup(void *name)
{
	printf("clean up %s\n", (char *)name);
}

static void *sleeper(void *arg)
{
	pthread_cleanup_push(cleanup, "outer");
	pthread_cleanup_push(cleanup, "inner");
	for (;;)
		pause();
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return arg;
}

static void *spinner(void *arg)
{
	int old;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
	usleep(20000);
	puts("not yet");
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
	for (;;)
		pthread_testcancel();
	return arg;
}

static void *last(void *arg)
{
	usleep(20000);
	puts("last thread");
	return arg;
}

int main(void)
{
	pthread_t t;
	void *r;

	pthread_create(&t, NULL, sleeper, NULL);
	usleep(10000);
	pthread_cancel(t);
	pthread_join(t, &r);
	printf("cancelled %d\n", r == PTHREAD_CANCELED);
	pthread_create(&t, NULL, spinner, NULL);
	usleep(5000);
	pthread_cancel(t);
	pthread_join(t, &r);
	printf("cancelled %d\n", r == PTHREAD_CANCELED);
	pthread_create(&t, NULL, last, NULL);
	pthread_exit(NULL);
}
