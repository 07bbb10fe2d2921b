#include <wchar.h>
#include "vec.h"

hidden wchar_t *VARIANT(wmemset)(wchar_t *to, wchar_t c, size_t n)
{
	wchar_t *d = to, *end = to + n;
	vec v = vec_set32(c);

	if (n < VEC / sizeof c) {
		while (n--)
			*d++ = c;
		return to;
	}
	for (; end - d >= VEC / (int)sizeof c; d += VEC / sizeof c)
		vec_storeu(d, v);
	vec_storeu(end - VEC / sizeof c, v);
	return to;
}

CHOOSE(wchar_t *, wmemset, (wchar_t *to, wchar_t c, size_t n), (to, c, n))
