/* dlopen, dlsym, dlvsym, dladdr, dlerror, dl_iterate_phdr and dlclose on a library of
   the image; its constructors, destructors and thread-local variables. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

int shared_value = 5;

static int count(struct dl_phdr_info *info, size_t size, void *found)
{
	(void)size;
	if (strstr(info->dlpi_name, "libplug.so"))
		++*(int *)found;
	return 0;
}

static void *work(void *f)
{
	return (void *)(long)((int (*)(int))f)(7);
}

int main(void)
{
	int found = 0;
	Dl_info info;
	pthread_t t;
	void *r;

	printf("missing %d\n", dlopen("libno-such.so", RTLD_NOW) == NULL);
	printf("error text %d\n", dlerror() != NULL);
	printf("error cleared %d\n", dlerror() == NULL);
	void *h = dlopen("libplug.so", RTLD_NOW | RTLD_LOCAL);
	if (!h) {
		printf("%s\n", dlerror());
		return 1;
	}
	int (*add)(int) = (int (*)(int))dlsym(h, "plug_add");
	printf("add %d %d\n", add(1), add(2));
	int *data = dlsym(h, "plug_data");
	printf("data %d\n", *data);
	printf("not global %d\n", dlsym(RTLD_DEFAULT, "plug_add") == NULL);
	printf("missing symbol %d\n", dlsym(h, "no_such_symbol") == NULL);
	printf("libc's %d\n", dlsym(RTLD_DEFAULT, "strlen") != NULL);
	printf("versioned %d\n", dlvsym(RTLD_DEFAULT, "memmove", "GLIBC_2.2.5") != NULL);
	printf("own %d\n", dlsym(RTLD_DEFAULT, "shared_value") == &shared_value);
	printf("dladdr %d", dladdr((void *)add, &info));
	printf(" %s\n", info.dli_sname);
	dl_iterate_phdr(count, &found);
	printf("listed %d\n", found);
	printf("same handle %d\n", dlopen("libplug.so", RTLD_NOW) == h);
	printf("not reloaded %d\n", dlopen("libplug.so", RTLD_NOW | RTLD_NOLOAD) == h);
	pthread_create(&t, NULL, work, dlsym(h, "plug_tls"));
	pthread_join(t, &r);
	printf("thread-local in a thread %ld, here %d\n", (long)r, ((int (*)(int))dlsym(h, "plug_tls"))(0));
	printf("again %d\n", dlopen("libplug.so", RTLD_LAZY) == h);
	for (int i = 0; i < 4; i++) {
		printf("close %d\n", dlclose(h));
		fflush(stdout);
	}
	printf("gone %d\n", dlopen("libplug.so", RTLD_NOW | RTLD_NOLOAD) == NULL);
	h = dlopen("libplug.so", RTLD_NOW | RTLD_GLOBAL);
	printf("global %d\n", dlsym(RTLD_DEFAULT, "plug_add") == dlsym(h, "plug_add"));
	printf("self %d\n", dlsym(dlopen(NULL, RTLD_NOW), "main") == (void *)main);
	return 0;
}
