#include <string.h>
#include "vec.h"
#include "memmove.h"

hidden void *VARIANT(memmove)(void *to, const void *from, size_t n)
{
	return move(to, from, n);
}

CHOOSE(void *, memmove, (void *to, const void *from, size_t n), (to, from, n))
#ifndef __AVX2__
/* memcpy() of ranges that overlap is a mistake that costs nothing to bear. */
void *memcpy(void *restrict, const void *restrict, size_t) __attribute__((alias("memmove")));
#endif
