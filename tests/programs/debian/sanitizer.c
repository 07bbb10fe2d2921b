/* A program with a sanitizer's runtime: its allocator, interceptors and threads, and an end at which it would look for leaks. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *thread(void *arg)
{
	char *p = malloc(100);

	memset(p, 'a', 99);
	p[99] = 0;
	printf("thread: %zu\n", strlen(p));
	free(p);
	return arg;
}

int main(void)
{
	pthread_t t;
	char *p = strdup("heap");

	if (pthread_create(&t, NULL, thread, NULL) || pthread_join(t, NULL))
		return 1;
	printf("%s\n", p);	/* not flushed before the runtime's end */
	free(p);
	return 3;
}
