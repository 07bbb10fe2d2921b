#include <string.h>
#include "vec.h"

/* 0 where C or the end is. */
static inline vec zero_or(const char *p, vec x)
{
	vec v = vec_load(p);

	return vec_min8(v, vec_xor(v, x));
}

static inline uint32_t stops(const char *p, vec x)
{
	return vec_mask(vec_eq8(zero_or(p, x), vec_zero()));
}

hidden char *VARIANT(strchrnul)(const char *s, int c)
{
	const char *p = ALIGN_DOWN(s);
	vec x = vec_set8(c);
	uint32_t m = stops(p, x) >> (s - p);

	if (m)
		return (char *)s + first_bit(m);
	for (p += VEC; (uintptr_t)p & (4 * VEC - 1); p += VEC)
		if ((m = stops(p, x)))
			return (char *)p + first_bit(m);
	for (;; p += 4 * VEC) {
		/* A byte that is C becomes 0 as the end is. */
		vec v = vec_min8(zero_or(p, x), zero_or(p + VEC, x)), w = vec_min8(zero_or(p + 2 * VEC, x), zero_or(p + 3 * VEC, x));

		if (vec_mask(vec_eq8(vec_min8(v, w), vec_zero())))
			break;
	}
	while (!(m = stops(p, x)))
		p += VEC;
	return (char *)p + first_bit(m);
}

CHOOSE(char *, strchrnul, (const char *s, int c), (s, c))
#ifndef __AVX2__
weak_alias(strchrnul, __strchrnul);
const char uk_fast_strchr[1];

char *strchr(const char *s, int c)
{
	char *p = strchrnul(s, c);

	return *p == (char)c ? p : 0;
}
#endif
