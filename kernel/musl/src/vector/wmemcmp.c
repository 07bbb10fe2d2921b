#include <wchar.h>
#include "vec.h"

hidden int VARIANT(wmemcmp)(const wchar_t *a, const wchar_t *b, size_t n)
{
	for (; n >= VEC / sizeof *a; a += VEC / sizeof *a, b += VEC / sizeof *a, n -= VEC / sizeof *a)
		if (vec_mask(vec_eq32(vec_loadu(a), vec_loadu(b))) != ALL_BYTES)
			break;
	for (; n; a++, b++, n--)
		if (*a != *b)
			return *a < *b ? -1 : 1;
	return 0;
}

CHOOSE(int, wmemcmp, (const wchar_t *a, const wchar_t *b, size_t n), (a, b, n))
