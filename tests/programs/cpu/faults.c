/* Many threads fail at the same moment. */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int ready;

static void *fail(void *unused)
{
	ready++;
	while (ready < 4)
		;
	*(volatile int *)8 = 1;
	return 0;
}

int main(void)
{
	pthread_t t;

	for (int i = 0; i < 3; i++)
		pthread_create(&t, 0, fail, 0);
	fail(0);
	return 0;
}
