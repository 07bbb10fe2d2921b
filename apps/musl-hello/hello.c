/* The same ideas as native-example, against the musl C library. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *work(void *arg)
{
	long n = (long)arg, sum = 0;

	for (long i = 1; i <= n; i++)
		sum += i;
	return (void *)sum;
}

int main(int argc, char **argv)
{
	pthread_t t[3];
	void *sum;

	printf("Hello from musl code\n");
	for (long i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, work, (void *)(1000 * (i + 1)));
	for (int i = 0; i < 3; i++) {
		pthread_join(t[i], &sum);
		printf("thread %d: %ld\n", i, (long)sum);
	}
	char *s = strdup("a heap string");
	printf("%s, %.3f, %d arguments\n", s, 1.0 / 3, argc - 1);
	free(s);
	return 0;
}
