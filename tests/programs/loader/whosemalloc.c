/* Whose malloc() a program gets, and libc's own functions with it: by the order of its libraries. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern int mallocs;

int main(void)
{
	int start = mallocs;
	char *p = malloc(5);
	int after = mallocs;
	char *q = strdup("x");
	int last = mallocs;

	free(p);
	free(q);
	printf("%d of malloc, %d of strdup; %d\n", after - start, last - after, dlsym(RTLD_DEFAULT, "malloc") == (void *)malloc);
	return 0;
}
