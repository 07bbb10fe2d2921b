/* Characters to bytes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "multibyte.h"

int uk_encode(char *s, wchar_t wc)
{
	unsigned v = wc;
	int n = 2;

	if (v < 0x80)
		return *s = v, 1;
	if (!CURRENT_UTF8 || v >> 31 || v >> 11 == 0xd800 >> 11)
		return errno = EILSEQ, ILLEGAL;
	while (v >> (5 * n + 1))
		n++;
	for (int i = n; --i; v >>= 6)
		s[i] = 0x80 | (v & 0x3f);
	*s = 0xff00 >> n | v;
	return n;
}

size_t wcrtomb(char *restrict s, wchar_t wc, mbstate_t *restrict ps)
{
	if (ps && (!s || !wc))
		memset(ps, 0, sizeof *ps);
	return s ? uk_encode(s, wc) : 1;
}

int wctomb(char *s, wchar_t wc)
{
	return s ? uk_encode(s, wc) : 0;
}

/* At most MAX characters of *SRC, into N bytes. Sets *SRC unless only the length is asked for. */
static size_t string(char *dst, const wchar_t **src, size_t max, size_t n)
{
	const wchar_t *ws = *src;
	char bytes[LONGEST];
	size_t sum = 0;

	for (; max && (!dst || sum < n); max--, ws++) {
		int l = uk_encode(bytes, *ws);

		if (l < 0) {
			if (dst)
				*src = ws;
			return -1;
		}
		if (dst && l > n - sum)
			break;
		if (dst)
			memcpy(dst + sum, bytes, l);
		if (!*ws) {
			ws = NULL;
			break;
		}
		sum += l;
	}
	if (dst)
		*src = ws;
	return sum;
}

size_t wcsrtombs(char *restrict dst, const wchar_t **restrict src, size_t n, mbstate_t *restrict ps)
{
	return string(dst, src, -1, n);
}

size_t wcsnrtombs(char *restrict dst, const wchar_t **restrict src, size_t max, size_t n, mbstate_t *restrict ps)
{
	return string(dst, src, max, n);
}

size_t wcstombs(char *restrict dst, const wchar_t *ws, size_t n)
{
	return string(dst, &ws, -1, n);
}
