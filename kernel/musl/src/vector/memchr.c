#include <string.h>
#include "vec.h"

hidden void *VARIANT(memchr)(const void *s, int c, size_t n)
{
	const char *p = ALIGN_DOWN(s), *start = s, *end;
	vec x = vec_set8(c);
	uint32_t m;

	if (!n)
		return 0;
	if (__builtin_add_overflow((uintptr_t)s, n, (uintptr_t *)&end))	/* as long as there is memory */
		end = (const char *)UINTPTR_MAX;
	m = vec_mask(vec_eq8(vec_load(p), x)) >> (start - p);
	if (m) {
		p = start + first_bit(m);
		return p < end ? (void *)p : 0;
	}
	for (p += VEC; p < end && (uintptr_t)p & (4 * VEC - 1); p += VEC)
		if ((m = vec_mask(vec_eq8(vec_load(p), x))))
			goto found;
	for (; p < end; p += 4 * VEC) {
		vec v0 = vec_eq8(vec_load(p), x), v1 = vec_eq8(vec_load(p + VEC), x);
		vec v2 = vec_eq8(vec_load(p + 2 * VEC), x), v3 = vec_eq8(vec_load(p + 3 * VEC), x);

		if (!vec_mask(vec_or(vec_or(v0, v1), vec_or(v2, v3))))
			continue;
		if ((m = vec_mask(v0)))
			goto found;
		p += VEC;
		if ((m = vec_mask(v1)))
			goto found;
		p += VEC;
		if ((m = vec_mask(v2)))
			goto found;
		p += VEC;
		m = vec_mask(v3);
		goto found;
	}
	return 0;
found:
	p += first_bit(m);
	return p < end ? (void *)p : 0;
}

CHOOSE(void *, memchr, (const void *s, int c, size_t n), (s, c, n))
