/* A program beside libkinds.so: what it links against, and a second time what dlopen() brings. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

extern int chosen(void), sum(void), copied, count(void), guarded_function(void);
extern int *copied_here(void);
extern const int constant[4];
int (*pointer)(void) = chosen;
void *guarded_function_here(void);

__attribute__((constructor)) static void begin(void) { puts("the program's constructor"); }
__attribute__((destructor)) static void end(void) { puts("the program's destructor"); }

static void *thread(void *f)
{
	int (*count)(void) = (int (*)(void))f;
	printf("thread %d %d\n", count(), count() - count());
	return NULL;
}

static void in_thread(void *f)
{
	pthread_t t;
	pthread_create(&t, NULL, thread, f);
	pthread_join(t, NULL);
}

int main(void)
{
	printf("ifunc %d %d %d same %d\n", chosen(), pointer(), sum(), pointer == chosen && dlsym(RTLD_DEFAULT, "chosen") == (void *)chosen);
	printf("copied %d %d\n", copied, copied_here() == &copied);
	copied = 70;
	printf("copied %d\n", *copied_here());
	printf("constant %d\n", constant[3]);
	printf("protected %d %d\n", guarded_function(), guarded_function_here() == dlsym(RTLD_DEFAULT, "guarded_function"));
	printf("tls %d %d\n", count(), count());
	in_thread((void *)count);

	void *h = dlopen("liblater.so", RTLD_NOW);
	printf("later %d\n", h != NULL);
	if (!h)
		return puts(dlerror()), 1;
	int (*f)(void) = (int (*)(void))dlsym(h, "count");
	f();
	printf("later tls %d, ifunc %d, sum %d\n", f(), ((int (*)(void))dlsym(h, "chosen"))(), ((int (*)(void))dlsym(h, "sum"))());
	in_thread((void *)f);
	int *g = dlsym(h, "guarded");
	printf("later protected %d %d\n", *g, ((int *(*)(void))dlsym(h, "guarded_here"))() == g);
	printf("closed %d\n", dlclose(h));
	return 0;
}
