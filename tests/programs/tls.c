/* Thread-local variables of the program itself: initial values, zeroed ones,
   alignment, one copy a thread. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

static __thread int counted = 41;
static __thread char zeroed[3000];
static __thread struct { char c; } __attribute__((aligned(64))) aligned = { 'a' };
__thread long global = 0x123456789abc;

static void *work(void *arg)
{
	long n = (long)arg;
	int dirty = 0;

	for (unsigned i = 0; i < sizeof zeroed; i++)
		dirty += zeroed[i];
	zeroed[n] = 1;
	counted += n;
	global += n;
	return (void *)(long)(counted * 1000 + dirty * 100 + (uintptr_t)&aligned % 64 + (global == 0x123456789abc + n) + (aligned.c == 'a'));
}

int main(void)
{
	pthread_t t[10];

	counted = 1000;
	zeroed[1] = 1;
	for (long i = 0; i < 10; i++)
		pthread_create(&t[i], NULL, work, (void *)i);
	for (int i = 0; i < 10; i++) {
		void *r;
		pthread_join(t[i], &r);
		printf("%ld ", (long)r);
	}
	printf("\nown %d\n", counted);
	return 0;
}
