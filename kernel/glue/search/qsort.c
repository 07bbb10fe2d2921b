/*
 * qsort() as a merge sort from the top down, which compares the elements that glibc's compares, in its order: that equal
 * ones keep theirs, what a comparison with side effects sees, and where one that contradicts itself leads, are then as
 * there. Small elements are moved as words; of large ones pointers are sorted, and the elements moved once at the end.
 * Without memory for a copy, musl's smoothsort sorts.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../glue.h"

#pragma GCC optimize("O2")	/* time is spent here */

typedef int (*compare)(const void *, const void *, void *);

hidden void __muslown_qsort_r(void *, size_t, size_t, compare, void *);

enum { LARGE = 32, ON_STACK = 1024 };

struct sort {
	size_t width;
	compare cmp;
	void *arg;
	char *spare;	/* as large as what is sorted */
};

typedef uint32_t __attribute__((__may_alias__)) word32;
typedef uint64_t __attribute__((__may_alias__)) word64;

enum how { WORD32, WORD64, POINTERS, BYTES };

static inline __attribute__((always_inline)) void move(char *to, const char *from, size_t width, enum how how)
{
	if (how == WORD32)
		*(word32 *)to = *(const word32 *)from;
	else if (how == WORD64 || how == POINTERS)
		*(word64 *)to = *(const word64 *)from;
	else
		memcpy(to, from, width);
}

static inline __attribute__((always_inline)) int in_order(struct sort *s, const char *a, const char *b, enum how how)
{
	if (how == POINTERS)
		return s->cmp(*(void **)a, *(void **)b, s->arg) <= 0;
	return s->cmp(a, b, s->arg) <= 0;
}

static inline __attribute__((always_inline)) void merge(struct sort *s, char *a, size_t n, enum how how)
{
	size_t w = how == WORD32 ? 4 : how == BYTES ? s->width : 8;
	size_t left = n / 2;
	char *l = a, *lend = a + left * w, *r = lend, *end = a + n * w, *out = s->spare;

	for (; l < lend && r < end; out += w) {
		if (in_order(s, l, r, how))
			move(out, l, w, how), l += w;
		else
			move(out, r, w, how), r += w;
	}
	/* What is left of the right half is in its place. */
	memcpy(out, l, lend - l);
	memcpy(a, s->spare, r - a);
}

#define SORT(name, how, w) \
static void name(struct sort *s, char *a, size_t n) \
{ \
	if (n < 2) \
		return; \
	name(s, a, n / 2); \
	name(s, a + n / 2 * (w), n - n / 2); \
	merge(s, a, n, how); \
}

SORT(sort_words32, WORD32, 4)
SORT(sort_words64, WORD64, 8)
SORT(sort_pointers, POINTERS, 8)
SORT(sort_bytes, BYTES, s->width)

/* Puts the elements where their pointers are, by going around each cycle once. */
static void permute(char *a, char **at, size_t n, size_t width, char *one)
{
	for (size_t i = 0; i < n; i++) {
		size_t hole = i, from = (at[i] - a) / width;

		if (from == i)
			continue;
		memcpy(one, a + i * width, width);
		for (; from != i; hole = from, from = (at[hole] - a) / width) {
			memcpy(a + hole * width, a + from * width, width);
			at[hole] = a + hole * width;
		}
		memcpy(a + hole * width, one, width);
		at[hole] = a + hole * width;
	}
}

static void by_pointers(struct sort *s, char *a, size_t n)
{
	char **at = (char **)(s->spare + n * sizeof *at);

	for (size_t i = 0; i < n; i++)
		at[i] = a + i * s->width;
	sort_pointers(s, (char *)at, n);
	permute(a, at, n, s->width, s->spare + 2 * n * sizeof *at);
}

static int multiple(const void *a, size_t width, size_t of)
{
	return width == of && (uintptr_t)a % of == 0;
}

void qsort_r(void *a, size_t n, size_t width, compare cmp, void *arg)
{
	_Alignas(16) char small[ON_STACK];
	struct sort s = { width, cmp, arg, small };
	size_t bytes;

	if (n < 2 || !width)
		return;
	if (__builtin_mul_overflow(n, width > LARGE ? 2 * sizeof(char *) : width, &bytes) ||
	    __builtin_add_overflow(bytes, width > LARGE ? width : 0, &bytes))
		return;
	if (bytes > sizeof small && !(s.spare = malloc(bytes))) {
		__muslown_qsort_r(a, n, width, cmp, arg);
		return;
	}
	if (width > LARGE)
		by_pointers(&s, a, n);
	else if (multiple(a, width, 4))
		sort_words32(&s, a, n);
	else if (multiple(a, width, 8))
		sort_words64(&s, a, n);
	else
		sort_bytes(&s, a, n);
	if (s.spare != small)
		free(s.spare);
}

/* For unwind/through.S, which has the public names where exceptions may pass. */
extern hidden __typeof__(qsort_r) uk_sort __attribute__((alias("qsort_r")));

/* A function of two arguments does not see a third. */
void qsort(void *a, size_t n, size_t width, int (*cmp)(const void *, const void *))
{
	qsort_r(a, n, width, (compare)cmp, 0);
}
