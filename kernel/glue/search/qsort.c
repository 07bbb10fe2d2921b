/*
 * qsort() as a merge sort. glibc's keeps the order of equal elements (as long
 * as it gets memory for a copy), musl's smoothsort does not, and programs'
 * output shows it. Without memory for the copy, musl's sorts.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../glue.h"

typedef int (*compare)(const void *, const void *, void *);

hidden void __muslown_qsort_r(void *, size_t, size_t, compare, void *);

struct sort {
	size_t width;
	compare cmp;
	void *arg;
	char *spare;	/* half of the array, rounded up */
};

static void insertion(struct sort *s, char *a, size_t n)
{
	size_t w = s->width;

	for (char *p = a + w; p < a + n * w; p += w) {
		char *q = p;

		while (q > a && s->cmp(q - w, p, s->arg) > 0)
			q -= w;
		if (q != p) {
			memcpy(s->spare, p, w);
			memmove(q + w, q, p - q);
			memcpy(q, s->spare, w);
		}
	}
}

static void sort(struct sort *s, char *a, size_t n)
{
	size_t w = s->width, left = n / 2;

	if (n <= 6) {
		insertion(s, a, n);
		return;
	}
	sort(s, a, left);
	sort(s, a + left * w, n - left);

	/* The left half moves out, then both merge into place. */
	char *out = a, *b = a + left * w, *end = a + n * w, *l = s->spare, *lend = l + left * w;

	if (s->cmp(b - w, b, s->arg) <= 0)
		return;
	memcpy(l, a, left * w);
	while (l < lend && b < end) {
		char **from = s->cmp(l, b, s->arg) <= 0 ? &l : &b;

		memcpy(out, *from, w);
		*from += w;
		out += w;
	}
	memcpy(out, l, lend - l);
}

void qsort_r(void *a, size_t n, size_t width, compare cmp, void *arg)
{
	char small[1024];
	struct sort s = { width, cmp, arg, small };
	size_t bytes;

	if (n < 2 || !width)
		return;
	if (__builtin_mul_overflow(n / 2 + 1, width, &bytes))
		return;
	if (bytes > sizeof small && !(s.spare = malloc(bytes))) {
		__muslown_qsort_r(a, n, width, cmp, arg);
		return;
	}
	sort(&s, a, n);
	if (s.spare != small)
		free(s.spare);
}

static int two_arguments(const void *a, const void *b, void *cmp)
{
	return ((int (*)(const void *, const void *))cmp)(a, b);
}

void qsort(void *a, size_t n, size_t width, int (*cmp)(const void *, const void *))
{
	qsort_r(a, n, width, two_arguments, cmp);
}
