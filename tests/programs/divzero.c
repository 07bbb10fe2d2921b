/* An integer division by zero: 128 + SIGFPE. */
#include <stdio.h>

int main(int argc, char **argv)
{
	volatile int zero = 0;

	puts("before");
	fflush(stdout);
	return argc / zero + !argv;
}
