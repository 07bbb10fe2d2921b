/* The numbers that seeds give, and what sorting does with equal elements. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct item { int key, place; };

static int by_key(const void *a, const void *b)
{
	return ((struct item *)a)->key - ((struct item *)b)->key;
}

static int by_key_r(const void *a, const void *b, void *sign)
{
	return by_key(a, b) * *(int *)sign;
}

int main(void)
{
	for (unsigned seed = 0; seed < 5; seed++) {
		srand(seed * 1000003);
		for (int i = 0; i < 40; i++)
			printf("%d ", rand());
		unsigned s = seed;
		printf("| %d %d | %u\n", rand_r(&s), rand_r(&s), s);
	}
	static char state[256];
	for (int n = 8; n <= 256; n *= 2) {
		char *old = initstate(n, state, n);
		printf("%d: %ld %ld %ld", n, random(), random(), random());
		setstate(old);
		printf(" %ld", random());
		setstate(state);
		printf(" %ld\n", random());
	}
	struct random_data rd = { 0 };
	char buf[64];
	int32_t v;
	initstate_r(7, buf, sizeof buf, &rd);
	random_r(&rd, &v);
	printf("%d\n", v);
	struct drand48_data dd;
	double d;
	long l;
	srand48_r(5, &dd);
	drand48_r(&dd, &d);
	lrand48_r(&dd, &l);
	printf("%.17g %ld", d, l);
	mrand48_r(&dd, &l);
	printf(" %ld\n", l);
	srand48(5);
	printf("%.17g %ld %ld\n", drand48(), lrand48(), mrand48());

	enum { N = 1000 };
	static struct item a[N];
	for (int i = 0; i < N; i++)
		a[i] = (struct item){ i * 7919 % 23, i };
	qsort(a, N, sizeof *a, by_key);
	for (int i = 0; i < N; i++)
		printf("%d:%d ", a[i].key, a[i].place);
	int sign = -1;
	qsort_r(a, 20, sizeof *a, by_key_r, &sign);
	qsort(a, 1, sizeof *a, by_key);
	qsort(a, 0, sizeof *a, by_key);
	for (int i = 0; i < 20; i++)
		printf("%d ", a[i].place);
	puts("");
	return 0;
}
