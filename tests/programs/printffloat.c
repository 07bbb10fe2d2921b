/* A format that no constant shows, and a value that passes from one function
 * to the other in a register that this program never names. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	char f[] = { '%', '.', '0' + argc + 1, 'f', '\n', 0 };

	printf(f, atof("3.14159"));
	return 0;
}
