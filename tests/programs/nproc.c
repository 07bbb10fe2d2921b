#include <stdio.h>
#include <unistd.h>
#include <pthread.h>

static void *nothing(void *unused)
{
	return unused;
}

int main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, nothing, NULL);
	pthread_join(t, NULL);
	printf("%ld processors\n", sysconf(_SC_NPROCESSORS_ONLN));
	return 0;
}
