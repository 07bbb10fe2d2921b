/*
 * The allocator: blocks of all sizes keep what is written to them, whoever frees them; nothing overlaps; alignment, zeroes,
 * sizes and errors are as the standards and glibc have them; memory comes back. "double", "invalid", "doublebig": what
 * glibc ends a program for.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { THREADS = 4, LIVE = 400, ROUNDS = 6000, PASSED = 64 };

struct thing { unsigned char *p; size_t n; unsigned char c; };
static struct thing passed[PASSED];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned long wrong;

static uint64_t next(uint64_t *s)
{
	*s ^= *s << 13, *s ^= *s >> 7, *s ^= *s << 17;
	return *s;
}

static size_t some_size(uint64_t *s)
{
	switch (next(s) % 16) {
	case 0: return next(s) % 3;
	case 1: return 1000 + next(s) % 9000;
	case 2: return next(s) % 200000;
	case 3: return next(s) % 64 ? next(s) % 5000 : next(s) % (5 << 20);
	default: return next(s) % 400;
	}
}

static void fill(struct thing *t)
{
	for (size_t i = 0; i < t->n; i += i < 64 || i + 64 > t->n ? 1 : 61)
		t->p[i] = t->c + i;
}

static void check(struct thing *t, size_t n)
{
	for (size_t i = 0; i < n; i += i < 64 || i + 64 > t->n ? 1 : 61)
		if (t->p[i] != (unsigned char)(t->c + i)) {
			if (!__atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED))
				printf("a block of %zu bytes has another byte at %zu\n", t->n, i);
			return;
		}
}

static int zeroes(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return 0;
	return 1;
}

static void make(struct thing *t, uint64_t *s)
{
	size_t align = 16;

	t->n = some_size(s);
	t->c = next(s);
	switch (next(s) % 8) {
	case 0:
		t->p = calloc(1, t->n);
		if (!zeroes(t->p, t->n))
			wrong++, printf("calloc(%zu) has other bytes than zeroes\n", t->n);
		break;
	case 1:
		align = 8ul << next(s) % 14;
		if (posix_memalign((void **)&t->p, align, t->n))
			t->p = 0;
		break;
	default:
		t->p = malloc(t->n);
	}
	if (!t->p || (uintptr_t)t->p % align || malloc_usable_size(t->p) < t->n)
		wrong++, printf("%p for %zu bytes at a multiple of %zu\n", (void *)t->p, t->n, align);
	fill(t);
}

static void drop(struct thing *t)
{
	check(t, t->n);
	free(t->p);
	t->p = 0;
}

static void *work(void *seed)
{
	static __thread struct thing live[LIVE];
	uint64_t s = (uintptr_t)seed * 0x9e3779b97f4a7c15u;

	for (int i = 0; i < ROUNDS; i++) {
		struct thing *t = &live[next(&s) % LIVE];

		if (!t->p) {
			make(t, &s);
		} else if (next(&s) % 4 == 0) {
			size_t n = some_size(&s) + 1, old = t->n;

			t->p = realloc(t->p, n);
			t->n = n < old ? n : old;
			check(t, t->n < 64 ? t->n : t->n - 64);
			t->n = n;
			fill(t);
		} else if (next(&s) % 4 == 0) {	/* to another thread, in exchange for one of its blocks */
			struct thing other, *at = &passed[next(&s) % PASSED];

			pthread_mutex_lock(&lock);
			other = *at, *at = *t, *t = other;
			pthread_mutex_unlock(&lock);
		} else {
			drop(t);
		}
	}
	for (int i = 0; i < LIVE; i++)
		if (live[i].p)
			drop(&live[i]);
	return 0;
}

static void threads(void)
{
	pthread_t t[THREADS];

	for (int again = 0; again < 2; again++) {	/* the second ones have the heaps of the first */
		for (long i = 0; i < THREADS; i++)
			pthread_create(&t[i], 0, work, (void *)(i + 1 + again * 10));
		for (int i = 0; i < THREADS; i++)
			pthread_join(t[i], 0);
	}
	for (int i = 0; i < PASSED; i++)
		if (passed[i].p)
			drop(&passed[i]);
	printf("threads: %lu wrong\n", wrong);
}

static long all_mapped;

static long resident(void)
{
	long all, here = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (fscanf(f, "%ld %ld", &all, &here) != 2)
		here = -1;
	fclose(f);
	all_mapped = all * 4096;
	return here * 4096;
}

static void *filler(void *arg)
{
	char ***all = arg;

	*all = malloc(200000 * sizeof **all);
	for (int i = 0; i < 200000; i++)
		memset((*all)[i] = malloc(200), 1, 200);
	return 0;
}

/* Forty megabytes in small blocks, which this thread or one that is gone has made. */
static void comes_back(int another)
{
	long before = resident(), most;
	char **all;
	pthread_t t;

	if (another)
		pthread_create(&t, 0, filler, &all), pthread_join(t, 0);
	else
		filler(&all);
	most = resident();
	for (int i = 0; i < 200000; i++)
		free(all[i]);
	free(all);
	printf("memory grew %d, came back %d\n", most - before > 30 << 20, resident() - before < 15 << 20);
}

static int refused(void *p)
{
	int is = !p && errno == ENOMEM;

	errno = 0;
	return is;
}

static void answers(void)
{
	char *p = malloc(0), *q = malloc(0), *r;
	void *v = (void *)1;

	printf("malloc(0): %d %d\n", p && q && p != q, malloc_usable_size(p) > 0);
	printf("realloc(p, 0): %d\n", realloc(p, 0) == 0);
	free(q), free(0);
	errno = 0;
	printf("too much: %d", refused(malloc(PTRDIFF_MAX + 1ul)));
	printf(" %d", refused(calloc(SIZE_MAX / 2, 3)));
	p = strdup("kept");
	printf(" %d %s", refused(realloc(p, PTRDIFF_MAX + 1ul)), p);
	free(p);
	printf(" %d\n", refused(reallocarray(0, SIZE_MAX / 2, 3)));
	printf("alignment: %d %d %d", posix_memalign(&v, 3, 10) == EINVAL, posix_memalign(&v, 24, 10) == EINVAL, v == (void *)1);
	for (size_t a = 16; a <= 64 << 20; a *= 4) {
		p = memalign(a, 100), q = aligned_alloc(a, 3 << 20), r = memalign(a, a);
		printf(" %d%d%d", (uintptr_t)p % a == 0, (uintptr_t)q % a == 0, (uintptr_t)r % a == 0);
		memset(p, 1, 100), memset(q, 1, 3 << 20), r[0] = r[a - 1] = 1;
		free(q), free(p), free(r);
	}
	printf(" %d", (uintptr_t)(p = valloc(5)) % 4096 == 0);
	free(p);
	printf(" %d\n", malloc_usable_size(p = pvalloc(5)) >= 4096);
	free(p);
	/* Grows far, where it is or by moving, with all its bytes. */
	p = 0;
	for (size_t n = 1; n < 40 << 20; n = n * 3 + 1) {
		size_t old = n / 3;

		p = realloc(p, n);
		for (size_t i = 0; i < old; i += 997)
			wrong += p[i] != (char)(i % 113);
		for (size_t i = 0; i < n; i += 997)
			p[i] = i % 113;
	}
	p = realloc(p, 1000);
	printf("realloc: %lu wrong, %d\n", wrong, p[997] == 997 % 113);
	free(p);
	/* Zeroes from blocks that were used. */
	for (size_t n = 1 << 20; n <= 8 << 20; n *= 2) {
		memset(p = malloc(n), 1, n);
		free(p);
		p = calloc(n, 1);
		wrong += !zeroes((unsigned char *)p, n);
		free(p);
	}
	printf("calloc: %lu wrong\n", wrong);
}

/* Where the address space has an end, blocks do too, and what was had stays good. */
static void limited(void)
{
	struct rlimit r = { 0 };
	void *all[64];
	int n = 0;

	getrlimit(RLIMIT_AS, &r);
	resident();
	setrlimit(RLIMIT_AS, &(struct rlimit){ all_mapped + (300 << 20), r.rlim_max });
	while (n < 64 && (all[n] = malloc(16 << 20)))
		*(char *)all[n++] = 1;
	printf("limited: %d\n", n > 4 && n < 40 && errno == ENOMEM);
	while (n)
		free(all[--n]);
	setrlimit(RLIMIT_AS, &r);
	printf("again: %d\n", (all[0] = malloc(16 << 20)) != 0);
	free(all[0]);
}

int main(int argc, char **argv)
{
	char *volatile p = malloc(argc > 1 && !strcmp(argv[1], "doublebig") ? 10 << 20 : 50), *volatile q;

	if (argc > 1) {
		q = malloc(50);
		if (!strcmp(argv[1], "invalid"))
			free(p + 8);
		free(p), free(p);
		printf("%p was freed twice\n", q);
		return 1;
	}
	free(p);
	comes_back(0);
	comes_back(1);
	answers();
	threads();
	limited();
	return wrong != 0;
}
