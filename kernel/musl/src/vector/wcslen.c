#include <wchar.h>
#include "vec.h"

/* Characters are at their alignment, so that none lies in two vectors. */
hidden size_t VARIANT(wcslen)(const wchar_t *s)
{
	const char *start = (const char *)s, *p = ALIGN_DOWN(s);
	vec zero = vec_zero();
	uint32_t m = vec_mask(vec_eq32(vec_load(p), zero)) >> (start - p);

	if (m)
		return first_bit(m) / sizeof *s;
	for (;;)
		if ((m = vec_mask(vec_eq32(vec_load(p += VEC), zero))))
			return (p + first_bit(m) - start) / sizeof *s;
}

CHOOSE(size_t, wcslen, (const wchar_t *s), (s))
