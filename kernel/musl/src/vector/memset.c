#include <string.h>
#include "vec.h"

enum { BY_STRING = 2048 };	/* from here on REP STOSB is as fast as any loop, where it is enhanced */

static inline void set_few(char *d, uint64_t c, size_t n)
{
	if (n >= 8)
		*(u64u *)d = c, *(u64u *)(d + n - 8) = c;
	else if (n >= 4)
		*(u32u *)d = c, *(u32u *)(d + n - 4) = c;
	else if (n >= 2)
		*(u16u *)d = c, *(u16u *)(d + n - 2) = c;
	else if (n)
		*d = c;
}

hidden void *VARIANT(memset)(void *to, int c, size_t n)
{
	char *d = to, *end = d + n;
	vec v = vec_set8(c);

	if (n < 16) {
		set_few(d, (unsigned char)c * 0x0101010101010101u, n);
		return to;
	}
#ifdef __AVX2__
	if (n < VEC) {
		_mm_storeu_si128((void *)d, _mm256_castsi256_si128(v)), _mm_storeu_si128((void *)(end - 16), _mm256_castsi256_si128(v));
		return to;
	}
#endif
	if (n >= BY_STRING && uk_vector_erms) {
		__asm__ volatile("rep stosb" : "+D"(d), "+c"(n) : "a"(c) : "memory");
		return to;
	}
	vec_storeu(d, v), vec_storeu(end - VEC, v);
	if (n <= 2 * VEC)
		return to;
	vec_storeu(d + VEC, v), vec_storeu(end - 2 * VEC, v);
	if (n <= 4 * VEC)
		return to;
	vec_storeu(end - 3 * VEC, v), vec_storeu(end - 4 * VEC, v);
	for (d = (char *)ALIGN_DOWN(d + VEC); end - d > 4 * VEC; d += 4 * VEC)
		vec_store(d, v), vec_store(d + VEC, v), vec_store(d + 2 * VEC, v), vec_store(d + 3 * VEC, v);
	return to;
}

CHOOSE(void *, memset, (void *to, int c, size_t n), (to, c, n))
