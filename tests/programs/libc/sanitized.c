/* Whether a sanitizer's runtime watches memory, threads and arithmetic; compiled once for each. The last fault ends the
 * program with the status that the options below name. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined ASAN
int __asan_address_is_poisoned(void const volatile *);
const char *__asan_default_options(void) { return "exitcode=9:detect_stack_use_after_return=0"; }

static void memory(void)
{
	char *p = malloc(20), local[10];
	static char fixed[5];

	memset(p, 1, 20);
	printf("heap %d%d", __asan_address_is_poisoned(p + 19), __asan_address_is_poisoned(p + 20));
	printf(" stack %d%d", __asan_address_is_poisoned(local + 9), __asan_address_is_poisoned(local + 10));
	printf(" data %d%d", __asan_address_is_poisoned(fixed + 4), __asan_address_is_poisoned(fixed + 5));
	free(p);
	printf(" freed %d\n", __asan_address_is_poisoned(p));
}

static void fault(void)
{
	volatile char *volatile p = malloc(8);

	free((char *)p);
	*p = 1;
}
#elif defined TSAN
const char *__tsan_default_options(void) { return "exitcode=9"; }
static void memory(void) {}
static int raced;
static void *race(void *p) { raced++; return p; }

static void fault(void)
{
	pthread_t t;

	pthread_create(&t, NULL, race, NULL);
	raced++;
	pthread_join(t, NULL);
}
#elif defined UBSAN
static void memory(void) {}

static void fault(void)
{
	volatile int big = INT32_MAX;

	big++;
}
#else	/* LeakSanitizer, which is off */
static void memory(void) { printf("lost %d\n", malloc(1000) != NULL); }
static void fault(void) {}
#endif

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long sum;

static void *add(void *p)
{
	char *copy = strdup(p);

	for (int i = 0; i < 1000; i++) {
		pthread_mutex_lock(&lock);
		sum += atoi(copy);
		pthread_mutex_unlock(&lock);
	}
	free(copy);
	return NULL;
}

int main(void)
{
	pthread_t t[4];

	memory();
	for (int i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, add, "3");
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	printf("sum %ld\n", sum);
	fflush(stdout);
	fault();
	printf("end\n");
	return 0;
}
