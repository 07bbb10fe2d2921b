/* Constructors that call dlopen(): the program itself, or a library that is there already, begins nothing early; a new
 * library brings what it needs. Exit runs destructors in the opposite order. */
#include <dlfcn.h>
#include <stdio.h>

int first(void), second(void);

__attribute__((constructor)) static void begin(void) { puts("program begins"); }
__attribute__((destructor)) static void end(void) { puts("program ends"); }

int main(void)
{
	printf("main %d %d\n", first(), second());
	return 0;
}
