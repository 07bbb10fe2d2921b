/* abort() ends with 128 + SIGABRT, and does not run atexit functions. */
#include <stdio.h>
#include <stdlib.h>

static void never(void)
{
	puts("atexit function ran");
}

int main(void)
{
	atexit(never);
	puts("before");
	fflush(stdout);
	abort();
}
