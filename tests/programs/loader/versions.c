/* Which version a name is bound to: by a reference without a version, by dlsym() in each of its forms, by dlvsym(). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#define NAMES X(o1) X(d1) X(o2) X(d2) X(d3) X(o1d2) X(o1d3) X(o2d3) X(o1o2d3) X(o2o3) X(o1o2) X(bd2) X(bo2) X(plain)
#define X(name) int name(void) __attribute__((weak));
NAMES
#undef X

typedef int (*function)(void);

static void show(const char *how, void *f)
{
	if (f)
		printf(" %s %d", how, ((function)f)());
	else
		printf(" %s -", how);
}

int main(void)
{
	static const struct { const char *name; function f; } names[] = {
#define X(name) { #name, name },
		NAMES
	};
	void *handle = dlopen("libver.so", RTLD_NOW);

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *n = names[i].name;
		printf("%s:", n);
		show("bound", names[i].f);
		show("default", dlsym(RTLD_DEFAULT, n));
		show("next", dlsym(RTLD_NEXT, n));
		show("handle", dlsym(handle, n));
		show("V1", dlvsym(handle, n, "V1"));
		show("V2", dlvsym(RTLD_DEFAULT, n, "V2"));
		show("V3", dlvsym(handle, n, "V3"));
		show("V4", dlvsym(handle, n, "V4"));
		puts("");
	}
	dlerror();
	void *none = dlvsym(handle, "o1", "V2");
	const char *why = dlerror();
	printf("%d %d\n", none != NULL, why && strstr(why, "undefined symbol: o1, version V2"));
	return 0;
}
