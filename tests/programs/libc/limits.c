// sysconf(), confstr(), pathconf() by number, but for what depends on the machine; thread keys.
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int of_machine(int n)
{
	return n == 0 || n == 1 || n == 4 || n == 34 || (n >= 83 && n <= 86) || n == 249 || n == 250;
}

static int runs;

static void again(void *p)
{
	runs++;
	pthread_setspecific(*(pthread_key_t *)p, p);
}

static void *with_value(void *key)
{
	pthread_setspecific(*(pthread_key_t *)key, key);
	return NULL;
}

static void keys(void)
{
	static pthread_key_t key[PTHREAD_KEYS_MAX + 1];
	pthread_t t;
	int n = 0, r;

	while (!(r = pthread_key_create(&key[n], n ? NULL : again)) && n < PTHREAD_KEYS_MAX)
		n++;
	printf("keys %d, then %s\n", n, strerror(r));
	printf("last %d\n", pthread_setspecific(key[n - 1], key) ? -1 : pthread_getspecific(key[n - 1]) == key);
	pthread_create(&t, NULL, with_value, &key[0]);
	pthread_join(t, NULL);
	printf("destructor ran %d times\n", runs);
	for (int i = 0; i < n; i++)
		pthread_key_delete(key[i]);
	printf("again %d\n", pthread_key_create(key, NULL));
}

int main(void)
{
	for (int i = -1; i < 256; i++)
		if (!of_machine(i)) {
			errno = 0;
			long v = sysconf(i);
			printf("%d %ld %d\n", i, v, errno);
		}
	printf("%d %d\n", sysconf(_SC_MINSIGSTKSZ) >= 2048, sysconf(_SC_SIGSTKSZ) == 4 * sysconf(_SC_MINSIGSTKSZ));
	printf("%d %d %d\n", sysconf(_SC_NPROCESSORS_ONLN) > 0, sysconf(_SC_PHYS_PAGES) > sysconf(_SC_AVPHYS_PAGES), sysconf(_SC_ARG_MAX) >= 131072);
	for (int i = 0; i < 1200; i++) {
		char b[64] = "?";
		errno = 0;
		size_t n = confstr(i, b, i % 2 ? 5 : sizeof b);
		if (n || errno != EINVAL)
			printf("confstr %d: %zu %s %d\n", i, n, b, errno);
	}
	keys();
	return 0;
}
