/* The exit status of main is the program's. */
#include <stdio.h>

int main(void)
{
	printf("about to end with 7\n");
	return 7;
}
