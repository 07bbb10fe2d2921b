#include <string.h>
#include "vec.h"

hidden void *uk_core_memmem(const void *, size_t, const void *, size_t);

/*
 * Places where the needle's first and its last byte are right, a vector of them at once. Where many of them are none after
 * all, musl's way goes on from there, whose time grows with the length alone.
 */
hidden void *VARIANT(memmem)(const void *hay, size_t n, const void *needle, size_t len)
{
	const char *h = hay, *want = needle, *end;
	size_t budget = 4096 + n;

	if (!len)
		return (void *)h;
	if (n < len)
		return 0;
	if (len == 1)
		return memchr(h, *want, n);
	end = h + (n - len + 1);	/* behind the last place */

	vec first = vec_set8(want[0]), last = vec_set8(want[len - 1]);

	for (; end - h >= VEC; h += VEC) {
		uint32_t m = vec_mask(vec_and(vec_eq8(vec_loadu(h), first), vec_eq8(vec_loadu(h + len - 1), last)));

		for (; m; m &= m - 1) {
			const char *p = h + first_bit(m);

			if (!memcmp(p + 1, want + 1, len - 2))
				return (void *)p;
			if (budget < len)
				return uk_core_memmem(p + 1, end - p - 2 + len, want, len);
			budget -= len;
		}
	}
	return end > h ? uk_core_memmem(h, end - h - 1 + len, want, len) : 0;
}

CHOOSE(void *, memmem, (const void *h, size_t n, const void *needle, size_t len), (h, n, needle, len))
