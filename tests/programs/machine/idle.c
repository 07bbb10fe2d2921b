/* Touches 40 MB and works a little, says so, and waits to be ended. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
	volatile char *p = malloc(40 << 20);

	for (long i = 0; i < 40 << 20; i += 4096)
		p[i] = 1;
	for (volatile long i = 0; i < 20000000; i++)
		;
	puts("idle");
	fflush(stdout);
	for (;;)
		pause();
}
