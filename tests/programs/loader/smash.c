/* A buffer that is written past its end: the canary is found changed, on a thread's stack as well. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

__attribute__((noinline)) static void fill(char *to, int n)
{
	for (int i = 0; i < n; i++)
		((volatile char *)to)[i] = 'x';
}

__attribute__((noinline)) static void *victim(void *arg)
{
	char buf[16];

	fill(buf, *(int *)arg);
	printf("%d\n", (int)strnlen(buf, 8));
	fflush(stdout);
	return NULL;
}

int main(int argc, char **argv)
{
	int good = 16, bad = 25;
	pthread_t t;

	victim(&good);
	if (argc > 1) {
		pthread_create(&t, NULL, victim, &bad);
		pthread_join(t, NULL);
	}
	victim(&bad);
	return 0;
}
