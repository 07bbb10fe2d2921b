#include <string.h>
#include "vec.h"

/* P is aligned to a vector, and no zero stands before it. Four vectors at a time from where four can be had at once. */
static inline size_t rest(const char *s, const char *p)
{
	vec zero = vec_zero();
	uint32_t m;

	for (; (uintptr_t)p & (4 * VEC - 1); p += VEC)
		if ((m = vec_mask(vec_eq8(vec_load(p), zero))))
			return p + first_bit(m) - s;
	for (;; p += 4 * VEC) {
		vec a = vec_load(p), b = vec_load(p + VEC), c = vec_load(p + 2 * VEC), d = vec_load(p + 3 * VEC);

		if (!vec_mask(vec_eq8(vec_min8(vec_min8(a, b), vec_min8(c, d)), zero)))
			continue;
		if ((m = vec_mask(vec_eq8(a, zero))))
			return p + first_bit(m) - s;
		if ((m = vec_mask(vec_eq8(b, zero))))
			return p + VEC + first_bit(m) - s;
		if ((m = vec_mask(vec_eq8(c, zero))))
			return p + 2 * VEC + first_bit(m) - s;
		return p + 3 * VEC + first_bit(vec_mask(vec_eq8(d, zero))) - s;
	}
}

hidden size_t VARIANT(strlen)(const char *s)
{
	const char *p = ALIGN_DOWN(s);
	uint32_t m = vec_mask(vec_eq8(vec_load(p), vec_zero())) >> (s - p);

	if (m)
		return first_bit(m);
	return rest(s, p + VEC);
}

CHOOSE(size_t, strlen, (const char *s), (s))
