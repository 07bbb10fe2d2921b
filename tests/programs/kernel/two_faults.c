/* Two threads fault at the same moment, on two processors. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
static atomic_int ready;
static void *crash(void *p)
{
	atomic_fetch_add(&ready, 1);
	while (atomic_load(&ready) < 2)
		;
	*(volatile int *)p = 1;
	return 0;
}
int main(int argc, char **argv)
{
	pthread_t t;
	pthread_create(&t, 0, crash, (void *)8);
	crash((void *)16);
	puts("not reached");
	return 0;
}
