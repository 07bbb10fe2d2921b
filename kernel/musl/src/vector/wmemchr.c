#include <wchar.h>
#include "vec.h"

hidden wchar_t *VARIANT(wmemchr)(const wchar_t *s, wchar_t c, size_t n)
{
	vec x = vec_set32(c);
	uint32_t m;

	for (; n >= VEC / sizeof c; s += VEC / sizeof c, n -= VEC / sizeof c)
		if ((m = vec_mask(vec_eq32(vec_loadu(s), x))))
			return (wchar_t *)s + first_bit(m) / sizeof c;
	for (; n; s++, n--)
		if (*s == c)
			return (wchar_t *)s;
	return 0;
}

CHOOSE(wchar_t *, wmemchr, (const wchar_t *s, wchar_t c, size_t n), (s, c, n))
