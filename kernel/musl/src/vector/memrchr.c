#include <string.h>
#include "vec.h"

hidden void *VARIANT(memrchr)(const void *s, int c, size_t n)
{
	const char *start = s, *end = start + n, *p = ALIGN_DOWN(end);
	vec x = vec_set8(c);
	uint32_t m;

	if (!n)
		return 0;
	if (p != end) {
		m = vec_mask(vec_eq8(vec_load(p), x)) & ((1u << (end - p)) - 1);
		goto look;
	}
	for (;;) {
		for (; p - start >= 4 * VEC; p -= 4 * VEC) {
			vec a = vec_eq8(vec_load(p - VEC), x), b = vec_eq8(vec_load(p - 2 * VEC), x);
			vec v = vec_eq8(vec_load(p - 3 * VEC), x), w = vec_eq8(vec_load(p - 4 * VEC), x);

			if (vec_mask(vec_or(vec_or(a, b), vec_or(v, w))))
				break;
		}
		if (p <= start)
			return 0;
		p -= VEC;
		m = vec_mask(vec_eq8(vec_load(p), x));
	look:
		if (m) {
			p += last_bit(m);
			return p >= start ? (void *)p : 0;
		}
	}
}

CHOOSE(void *, memrchr, (const void *s, int c, size_t n), (s, c, n))
#ifndef __AVX2__
weak_alias(memrchr, __memrchr);
#endif
