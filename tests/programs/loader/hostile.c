/* Opens each library that is named, whatever it is, then the first one again, which is whole. */
#include <dlfcn.h>
#include <stdio.h>

static void open_one(const char *name)
{
	void *h = dlopen(name, RTLD_NOW);
	const char *why = h ? NULL : dlerror();
	int (*answer)(void) = h ? dlsym(h, "answer") : NULL;

	if (!h)
		printf("%s: refused: %s\n", name, why ? why : "");
	else
		printf("%s: %s\n", name, answer ? "loaded" : "loaded, without the symbol");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	int (*answer)(void);

	for (int i = 2; i < argc; i++)
		open_one(argv[i]);
	answer = dlsym(dlopen(argv[1], RTLD_NOW), "answer");
	printf("%s: %d\n", argv[1], answer ? answer() : -1);
	puts("the end");
	return 0;
}
