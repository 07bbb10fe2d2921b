/* Four threads ask for the same kind of socket at once; what they got. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>

#define THREADS 4

static pthread_barrier_t start;
static int errors[THREADS];

static void *ask(void *n)
{
	pthread_barrier_wait(&start);
	if (socket(40, SOCK_STREAM, 0) < 0)
		*(int *)n = errno;
	return NULL;
}

int main(void)
{
	pthread_t t[THREADS];

	pthread_barrier_init(&start, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, ask, &errors[i]);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	printf("errors");
	for (int i = 0; i < THREADS; i++)
		printf(" %d", errors[i]);
	printf("\n");
	return 0;
}
