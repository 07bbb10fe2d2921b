/* A NULL pointer ends the program like on the host: 128 + SIGSEGV. */
#include <stdio.h>

static void __attribute__((noinline)) store(volatile int *p)
{
	*p = 1;
}

int main(void)
{
	printf("before\n");
	fflush(stdout);
	store(NULL);
	printf("after\n");
	return 0;
}
