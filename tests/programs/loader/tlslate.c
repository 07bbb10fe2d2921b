/* Thread-local storage of libraries that come by dlopen(): general dynamic, descriptors, initial exec; each
 * opened and closed often, used by threads that were there before and by new ones. */
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static int (*volatile use)(void);
static sem_t go, done;

static void *old_thread(void *unused)
{
	for (int i = 0; i < 9; i++) {
		sem_wait(&go);
		printf("old thread %d\n", use());
		sem_post(&done);
	}
	return NULL;
}

static void *new_thread(void *unused)
{
	printf("new thread %d\n", use());
	return NULL;
}

static int there(const char *name)
{
	void *h = dlopen(name, RTLD_NOLOAD | RTLD_NOW);

	if (h)
		dlclose(h);
	return h != NULL;
}

int main(void)
{
	static const char *const names[] = { "libgd.so", "libdesc.so", "libie.so" };
	pthread_t old, t;

	pthread_create(&old, NULL, old_thread, NULL);
	for (int i = 0; i < 9; i++) {
		void *h = dlopen(names[i % 3], RTLD_NOW);
		if (!h) {
			puts(dlerror());
			return 1;
		}
		use = (int (*)(void))dlsym(h, "use");
		printf("%s %d %d\n", names[i % 3], use(), use());
		printf("symbol %d\n", dlsym(h, "visible") == ((void *(*)(void))dlsym(h, "where"))());
		sem_post(&go);
		sem_wait(&done);
		pthread_create(&t, NULL, new_thread, NULL);
		pthread_join(t, NULL);
		printf("close %d, still there %d\n", dlclose(h), there(names[i % 3]));
	}
	pthread_join(old, NULL);
	for (int i = 0; i < 300; i++) {
		void *h = dlopen(names[i % 3], RTLD_NOW);
		if (!h || ((int (*)(void))dlsym(h, "use"))() != 43 || dlclose(h)) {
			printf("round %d: %s\n", i, dlerror());
			return 1;
		}
	}
	return 0;
}
