/* What a buffered stream holds is lost when the program ends without flushing:
 * nothing of it may show, its first line included. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	printf("a line that stays in the buffer\n");
	write(1, "straight out\n", 13);
	_exit(4);
}
