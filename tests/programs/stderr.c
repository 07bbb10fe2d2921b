/* Both output streams, unbuffered and in order. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	printf("out 1\n");
	fprintf(stderr, "err 2\n");
	printf("out 3\n");
	dprintf(2, "err %d\n", 4);
	perror("out of nowhere");
	return 0;
}
