#include <wchar.h>
#include "vec.h"

hidden wchar_t *VARIANT(wcschr)(const wchar_t *s, wchar_t c)
{
	const char *p = ALIGN_DOWN(s);
	vec x = vec_set32(c), zero = vec_zero(), v = vec_load(p);
	uint32_t m = vec_mask(vec_or(vec_eq32(v, x), vec_eq32(v, zero))) >> ((const char *)s - p) << ((const char *)s - p);

	while (!m) {
		v = vec_load(p += VEC);
		m = vec_mask(vec_or(vec_eq32(v, x), vec_eq32(v, zero)));
	}
	s = (const wchar_t *)(p + first_bit(m));
	return *s == c ? (wchar_t *)s : 0;
}

CHOOSE(wchar_t *, wcschr, (const wchar_t *s, wchar_t c), (s, c))
