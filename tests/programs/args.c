/* Arguments arrive whole, whatever they hold. */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		printf("%d: [%s] %zu\n", i, argv[i], strlen(argv[i]));
	printf("%d arguments, ends with NULL: %d\n", argc - 1, argv[argc] == NULL);
	return 0;
}
