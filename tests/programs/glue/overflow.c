/* A checked copy that does not fit ends the program, with glibc's words. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char small[8];

	dup2(1, 2);
	puts("before");
	fflush(stdout);
	strcpy(small, argc ? "much longer than eight" : "");
	puts(small);
	return 0;
}
