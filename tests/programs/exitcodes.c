/* exit() from a nested call flushes streams; only the low byte counts. */
#include <stdio.h>
#include <stdlib.h>

static void leave(void)
{
	printf("no newline at the end");
	exit(256 + 42);
}

int main(void)
{
	leave();
	return 1;
}
