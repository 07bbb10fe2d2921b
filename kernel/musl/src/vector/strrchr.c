#include <string.h>
#include "vec.h"

hidden char *VARIANT(strrchr)(const char *s, int c)
{
	const char *p = ALIGN_DOWN(s), *last = 0;
	vec x = vec_set8(c), zero = vec_zero(), v = vec_load(p);
	uint32_t before = BYTES_FROM(s - p), end, m;

	for (;; before = ALL_BYTES) {
		end = vec_mask(vec_eq8(v, zero)) & before;
		m = vec_mask(vec_eq8(v, x)) & before;
		if (end)
			break;
		if (m)
			last = p + last_bit(m);
		p += VEC;
		v = vec_load(p);
	}
	m &= end ^ (end - 1);	/* up to the first zero, which C may be */
	return (char *)(m ? p + last_bit(m) : last);
}

CHOOSE(char *, strrchr, (const char *s, int c), (s, c))
