/* A call of a NULL function pointer. */
#include <stdio.h>

int main(int argc, char **argv)
{
	void (*volatile f)(void) = NULL;

	puts("before");
	fflush(stdout);
	f();
	return argc + !argv;
}
