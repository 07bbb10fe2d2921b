/* Nested functions whose address is taken live on the stack (GCC's trampolines). Built with -DPLAIN the program itself
 * has none: a library that dlopen() brings asks for executable stacks, that of a thread which runs already included. */
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static int (*nested)(int);
static sem_t go;

static int apply(int (*f)(int), int x) { return f(x); }

#ifndef PLAIN
static int own(int k)
{
	int in(int x) { return x + k; }
	return apply(in, 3);
}
#endif

static void *early(void *arg)
{
	sem_wait(&go);
	return (void *)(long)nested((long)arg);
}

static void *late(void *arg) { return (void *)(long)nested((long)arg); }

static long join(pthread_t t)
{
	void *r;
	pthread_join(t, &r);
	return (long)r;
}

int main(void)
{
	pthread_t before, after;

	sem_init(&go, 0, 0);
	pthread_create(&before, NULL, early, (void *)10);
#ifdef PLAIN
	void *lib = dlopen("./libnested.so", RTLD_NOW);
	if (!lib)
		return puts(dlerror()), 1;
	nested = (int (*)(int))dlsym(lib, "nested");
#else
	nested = own;
	printf("%d %d\n", own(4), apply(own, 5));
#endif
	printf("main %d\n", nested(1));
	sem_post(&go);
	printf("a thread from before %ld\n", join(before));
	pthread_create(&after, NULL, late, (void *)20);
	printf("a thread from after %ld\n", join(after));
	return 0;
}
