/* The default action of a signal ends the program with 128 + its number. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	int sig = argc > 1 ? atoi(argv[1]) : SIGTERM;

	printf("raising %d\n", sig);
	fflush(stdout);
	raise(sig);
	puts("still here");
	return 0;
}
