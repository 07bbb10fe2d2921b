/* A thread that begins with the policy and priority of its attributes. */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>

static void *thread(void *arg)
{
	struct sched_param p;
	int policy, r = pthread_getschedparam(pthread_self(), &policy, &p);

	printf("in the thread: %d, policy %d, priority %d\n", r, policy, p.sched_priority);
	return NULL;
}

int main(void)
{
	struct sched_param p = { .sched_priority = 10 };
	pthread_attr_t a;
	pthread_t t;

	pthread_attr_init(&a);
	pthread_attr_setschedpolicy(&a, SCHED_FIFO);
	pthread_attr_setschedparam(&a, &p);
	pthread_attr_setinheritsched(&a, PTHREAD_EXPLICIT_SCHED);
	printf("made: %d\n", pthread_create(&t, &a, thread, NULL));
	pthread_join(t, NULL);
	return 0;
}
