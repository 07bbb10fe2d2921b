/* Five thousand threads one after the other, detached ones among them: their
   stacks come back. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t done;

static void *work(void *arg)
{
	volatile char stack[20000];
	stack[0] = stack[19999] = 1;
	if (arg)
		sem_post(&done);
	return NULL;
}

int main(void)
{
	pthread_t t;
	pthread_attr_t detached;

	sem_init(&done, 0, 0);
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	for (int i = 0; i < 5000; i++) {
		if (i % 5 == 0) {
			if (pthread_create(&t, &detached, work, &done))
				return printf("failed at %d\n", i);
			sem_wait(&done);
		} else {
			if (pthread_create(&t, NULL, work, NULL))
				return printf("failed at %d\n", i);
			pthread_join(t, NULL);
		}
	}
	puts("all ended");
	return 0;
}
