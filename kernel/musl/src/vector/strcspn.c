#include <string.h>
#include "vec.h"
#include "set.h"

hidden size_t VARIANT(strcspn)(const char *s, const char *set)
{
	return span(s, set, 0);
}

CHOOSE(size_t, strcspn, (const char *s, const char *set), (s, set))
#ifndef __AVX2__
const char uk_fast_strpbrk[1];

char *strpbrk(const char *s, const char *set)
{
	s += strcspn(s, set);
	return *s ? (char *)s : 0;
}
#endif
