/* How many columns wide characters take. */
#include "../locale/locale_object.h"
#include "unicode.h"

int wcwidth(wchar_t c) { return uk_kind(c, CURRENT_UTF8)->width; }

int wcswidth(const wchar_t *s, size_t n)
{
	int sum = 0;

	for (; n && *s; n--, s++) {
		int w = wcwidth(*s);

		if (w < 0)
			return -1;
		sum += w;
	}
	return sum;
}
