#include <string.h>
#include "vec.h"

static inline int at(const unsigned char *a, const unsigned char *b, uint32_t differ)
{
	int i = first_bit(differ);

	return a[i] - b[i];
}

/* 2 to 16 bytes: in two words that may overlap. */
static inline int word(uint64_t a, uint64_t b)
{
	a = __builtin_bswap64(a), b = __builtin_bswap64(b);
	return a < b ? -1 : a > b;
}

static inline int few(const unsigned char *a, const unsigned char *b, size_t n)
{
	if (n >= 8) {
		uint64_t x = *(u64u *)a, y = *(u64u *)b;

		return x != y ? word(x, y) : word(*(u64u *)(a + n - 8), *(u64u *)(b + n - 8));
	}
	if (n >= 4) {
		uint64_t x = (uint64_t)*(u32u *)a | (uint64_t)*(u32u *)(a + n - 4) << 32;
		uint64_t y = (uint64_t)*(u32u *)b | (uint64_t)*(u32u *)(b + n - 4) << 32;

		return word(x, y);
	}
	for (; n; a++, b++, n--)
		if (*a != *b)
			return *a - *b;
	return 0;
}

#define DIFFER(p, q) (vec_mask(vec_eq8(vec_loadu(p), vec_loadu(q))) ^ ALL_BYTES)

hidden int VARIANT(memcmp)(const void *left, const void *right, size_t n)
{
	const unsigned char *a = left, *b = right, *end = a + n;
	uint32_t m;

	if (n < 16)
		return few(a, b, n);
#ifdef __AVX2__
	if (n < VEC) {
		m = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((void *)a), _mm_loadu_si128((void *)b))) ^ 0xffff;
		if (m)
			return at(a, b, m);
		a += n - 16, b += n - 16;
		m = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((void *)a), _mm_loadu_si128((void *)b))) ^ 0xffff;
		return m ? at(a, b, m) : 0;
	}
#endif
	for (; end - a >= 4 * VEC; a += 4 * VEC, b += 4 * VEC) {
		vec v0 = vec_eq8(vec_loadu(a), vec_loadu(b)), v1 = vec_eq8(vec_loadu(a + VEC), vec_loadu(b + VEC));
		vec v2 = vec_eq8(vec_loadu(a + 2 * VEC), vec_loadu(b + 2 * VEC)), v3 = vec_eq8(vec_loadu(a + 3 * VEC), vec_loadu(b + 3 * VEC));

		if (vec_mask(vec_and(vec_and(v0, v1), vec_and(v2, v3))) != ALL_BYTES)
			break;
	}
	for (; end - a >= VEC; a += VEC, b += VEC)
		if ((m = DIFFER(a, b)))
			return at(a, b, m);
	b -= VEC - (end - a);
	a = end - VEC;
	m = DIFFER(a, b);
	return m ? at(a, b, m) : 0;
}

CHOOSE(int, memcmp, (const void *a, const void *b, size_t n), (a, b, n))
