/* NAME's constructor opens the program, the library SEE, which is there already, and the new one NEW. */
#include <dlfcn.h>
#include <stdio.h>

#define TEXT(x) TEXT_(x)
#define TEXT_(x) #x

static int ready;

__attribute__((constructor)) static void begin(void)
{
	printf("%s begins\n", TEXT(NAME));
#ifdef SEE
	printf("the program: %d\n", dlopen(NULL, RTLD_NOW) != NULL);
	printf("not loaded: %d\n", dlopen("libnowhere.so", RTLD_NOW | RTLD_NOLOAD) != NULL);
	printf("there already: %d\n", dlopen(TEXT(SEE), RTLD_NOW | RTLD_NOLOAD) != NULL);
	printf("once more: %d\n", dlopen(TEXT(SEE), RTLD_LAZY | RTLD_GLOBAL) != NULL);
#endif
#ifdef NEW
	printf("new: %d\n", dlopen(TEXT(NEW), RTLD_NOW) != NULL);
#endif
	printf("%s has begun\n", TEXT(NAME));
	ready = 1;
}

__attribute__((destructor)) static void end(void) { printf("%s ends\n", TEXT(NAME)); }

int NAME(void) { return ready; }
