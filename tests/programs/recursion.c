/* Recursion without end meets the guard page: 128 + SIGSEGV, not a hang. */
#include <stdio.h>

static volatile long depth;

static int __attribute__((noinline)) down(volatile char *above)
{
	volatile char here[512];

	depth++;
	here[0] = above[0] + 1;
	return down(here) + here[0];
}

int main(void)
{
	volatile char top[1] = { 0 };

	puts("going down");
	fflush(stdout);
	return down(top);
}
