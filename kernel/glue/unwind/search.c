/* bsearch() whose comparison is called by uk_back(). */
#include "through.h"

hidden void *uk_search(const void *key, const char *base, size_t n, size_t width, int (*cmp)(const void *, const void *, struct uk_record *), struct uk_record *r)
{
	while (n) {
		const char *at = base + width * (n / 2);
		int sign = cmp(key, at, r);

		if (!sign)
			return (void *)at;
		if (sign > 0) {
			base = at + width;
			n--;
		}
		n /= 2;
	}
	return NULL;
}
