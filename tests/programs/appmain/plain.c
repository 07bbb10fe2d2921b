#include <stdio.h>

__attribute__((destructor)) static void last(void) { puts("destructor"); }

int main(int argc, char **argv)
{
	printf("%d %s\n", argc, argv[1]);
	return 3;
}
