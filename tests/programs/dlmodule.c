/* Tries to load a module of the kernel as a library. */
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	void *h = dlopen(argv[1], RTLD_NOW);

	printf("%s\n", h ? "loaded" : dlerror());
	return h != NULL;
}
