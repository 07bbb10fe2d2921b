/* memmove(), which memcpy() and mempcpy() are too: every load of a piece that may overlap comes before its stores. */
#ifndef MEMMOVE_H
#define MEMMOVE_H

#include <emmintrin.h>

enum { BY_STRING = 4096 };	/* from here on REP MOVSB is as fast as any loop, where it is enhanced */

static inline void move_few(char *d, const char *s, size_t n)
{
	if (n >= 8) {
		uint64_t a = *(u64u *)s, b = *(u64u *)(s + n - 8);

		*(u64u *)d = a, *(u64u *)(d + n - 8) = b;
	} else if (n >= 4) {
		uint32_t a = *(u32u *)s, b = *(u32u *)(s + n - 4);

		*(u32u *)d = a, *(u32u *)(d + n - 4) = b;
	} else if (n >= 2) {
		uint16_t a = *(u16u *)s, b = *(u16u *)(s + n - 2);

		*(u16u *)d = a, *(u16u *)(d + n - 2) = b;
	} else if (n) {
		*d = *s;
	}
}

static inline void move_two(char *d, const char *s, size_t n)
{
	vec a = vec_loadu(s), b = vec_loadu(s + n - VEC);

	vec_storeu(d, a), vec_storeu(d + n - VEC, b);
}

static inline void move_four(char *d, const char *s, size_t n)
{
	vec a = vec_loadu(s), b = vec_loadu(s + VEC), y = vec_loadu(s + n - 2 * VEC), z = vec_loadu(s + n - VEC);

	vec_storeu(d, a), vec_storeu(d + VEC, b), vec_storeu(d + n - 2 * VEC, y), vec_storeu(d + n - VEC, z);
}

static inline void move_eight(char *d, const char *s, size_t n)
{
	vec a = vec_loadu(s), b = vec_loadu(s + VEC), c = vec_loadu(s + 2 * VEC), e = vec_loadu(s + 3 * VEC);
	vec w = vec_loadu(s + n - 4 * VEC), x = vec_loadu(s + n - 3 * VEC), y = vec_loadu(s + n - 2 * VEC), z = vec_loadu(s + n - VEC);

	vec_storeu(d, a), vec_storeu(d + VEC, b), vec_storeu(d + 2 * VEC, c), vec_storeu(d + 3 * VEC, e);
	vec_storeu(d + n - 4 * VEC, w), vec_storeu(d + n - 3 * VEC, x), vec_storeu(d + n - 2 * VEC, y), vec_storeu(d + n - VEC, z);
}

/* Stores at their alignment; the vectors at both ends are read first and written last. */
static inline void move_up(char *d, const char *s, size_t n)
{
	vec first = vec_loadu(s), w = vec_loadu(s + n - 4 * VEC), x = vec_loadu(s + n - 3 * VEC), y = vec_loadu(s + n - 2 * VEC), z = vec_loadu(s + n - VEC);
	char *end = d + n, *to = (char *)ALIGN_DOWN(d + VEC);
	const char *from = s + (to - d);

	for (; end - to > 4 * VEC; to += 4 * VEC, from += 4 * VEC) {
		vec a = vec_loadu(from), b = vec_loadu(from + VEC), c = vec_loadu(from + 2 * VEC), e = vec_loadu(from + 3 * VEC);

		vec_store(to, a), vec_store(to + VEC, b), vec_store(to + 2 * VEC, c), vec_store(to + 3 * VEC, e);
	}
	vec_storeu(end - 4 * VEC, w), vec_storeu(end - 3 * VEC, x), vec_storeu(end - 2 * VEC, y), vec_storeu(end - VEC, z);
	vec_storeu(d, first);
}

static inline void move_down(char *d, const char *s, size_t n)
{
	vec last = vec_loadu(s + n - VEC), w = vec_loadu(s), x = vec_loadu(s + VEC), y = vec_loadu(s + 2 * VEC), z = vec_loadu(s + 3 * VEC);
	char *to = (char *)ALIGN_DOWN(d + n - 1);
	const char *from = s + (to - d);

	for (; to - d > 4 * VEC; to -= 4 * VEC, from -= 4 * VEC) {
		vec a = vec_loadu(from - VEC), b = vec_loadu(from - 2 * VEC), c = vec_loadu(from - 3 * VEC), e = vec_loadu(from - 4 * VEC);

		vec_store(to - VEC, a), vec_store(to - 2 * VEC, b), vec_store(to - 3 * VEC, c), vec_store(to - 4 * VEC, e);
	}
	vec_storeu(d, w), vec_storeu(d + VEC, x), vec_storeu(d + 2 * VEC, y), vec_storeu(d + 3 * VEC, z);
	vec_storeu(d + n - VEC, last);
}

static inline void *move(void *to, const void *from, size_t n)
{
	char *d = to;
	const char *s = from;

	if (n < 16) {
		move_few(d, s, n);
	} else if (n <= 2 * VEC) {
#ifdef __AVX2__
		if (n < VEC) {
			__m128i a = _mm_loadu_si128((const void *)s), b = _mm_loadu_si128((const void *)(s + n - 16));

			_mm_storeu_si128((void *)d, a), _mm_storeu_si128((void *)(d + n - 16), b);
			return to;
		}
#endif
		move_two(d, s, n);
	} else if (n <= 4 * VEC) {
		move_four(d, s, n);
	} else if (n <= 8 * VEC) {
		move_eight(d, s, n);
	} else if ((uintptr_t)d - (uintptr_t)s < n) {
		move_down(d, s, n);
	} else if (n >= BY_STRING && uk_vector_erms && (uintptr_t)s - (uintptr_t)d >= n) {
		__asm__ volatile("rep movsb" : "+D"(d), "+S"(s), "+c"(n) :: "memory");
	} else {
		move_up(d, s, n);
	}
	return to;
}

#endif
