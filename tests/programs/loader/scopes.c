/* Scopes of dlopen(): local and global, libraries that need each other, one that is bound to another without
 * naming it; RTLD_NEXT; what stays loaded and what goes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

static int there(const char *name)
{
	void *h = dlopen(name, RTLD_NOLOAD | RTLD_NOW);

	if (h)
		dlclose(h);
	return h != NULL;
}

int puts(const char *s)
{
	return printf("[%s]", s), ((int (*)(const char *))dlsym(RTLD_NEXT, "puts"))("");
}

int main(void)
{
	void *h = dlopen("libuser.so", RTLD_NOW);

	printf("user before %d\n", h != NULL);
	printf("error %d\n", dlerror() != NULL);
	void *a = dlopen("libring1.so", RTLD_NOW);
	printf("ring %d\n", ((int (*)(void))dlsym(a, "around"))());
	printf("user while local %d\n", dlopen("libuser.so", RTLD_NOW) != NULL);
	void *b = dlopen("libring1.so", RTLD_NOW | RTLD_GLOBAL);
	printf("same %d\n", a == b);
	h = dlopen("libuser.so", RTLD_NOW);
	int (*user)(void) = (int (*)(void))dlsym(h, "user");
	printf("user %d\n", user());
	printf("close %d %d\n", dlclose(a), dlclose(b));
	printf("there %d %d, works %d\n", there("libring1.so"), there("libring2.so"), user());
	printf("close %d\n", dlclose(h));
	printf("there %d %d %d\n", there("libring1.so"), there("libring2.so"), there("libuser.so"));
	for (int i = 0; i < 500; i++)
		if (!(h = dlopen("libring1.so", RTLD_NOW)) || dlclose(h))
			return 1;
	puts("done");
	return 0;
}
