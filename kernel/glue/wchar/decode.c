/* Bytes to characters, one by one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "multibyte.h"

/* Number of bytes of a character of UTF-8 that begins with C, or 0. */
static int length(unsigned char c)
{
	if (c < 0xc2 || c > 0xfd)
		return 0;
	return c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf8 ? 4 : c < 0xfc ? 5 : 6;
}

/* Of a whole character of N bytes: longer than need be, or half of a surrogate pair. */
static int wrong(int n, unsigned v)
{
	return n > 2 && !(v >> (5 * n - 4)) || v >> 11 == 0xd800 >> 11;
}

static int decode(int utf8, struct multibyte *st, const char *str, size_t n, wchar_t *wc)
{
	const unsigned char *s = (const void *)str;
	unsigned have = st->have, need = st->need, v = st->value;
	size_t i = 0;

	if (!have) {
		if (*s < 0x80)
			return *wc = *s, 1;
		need = utf8 ? length(*s) : 0;
		if (!need)
			return ILLEGAL;
		v = *s & 0x7f >> need;
		have = i = 1;
	}
	for (; have < need && i < n; have++, i++) {
		if ((s[i] & 0xc0) != 0x80)
			return ILLEGAL;
		v = v << 6 | (s[i] & 0x3f);
	}
	if (have < need) {
		*st = (struct multibyte) { .have = have, .need = need, .value = v };
		return UNFINISHED;
	}
	if (wrong(need, v))
		return ILLEGAL;
	*st = (struct multibyte) { 0 };
	*wc = v;
	return i;
}

int uk_decode(struct multibyte *st, const char *s, size_t n, wchar_t *wc)
{
	return decode(CURRENT_UTF8, st, s, n, wc);
}

/* For swprintf(), whose stream is UTF-8 in every locale. */
hidden int uk_utf8towc(wchar_t *wc, const char *s, size_t n)
{
	int used = decode(1, &(struct multibyte) { 0 }, s, n, wc);

	return used > 0 && !*wc ? 0 : used;
}

static mbstate_t mbrtowc_state, mbrlen_state, mbtowc_state;

size_t mbrtowc(wchar_t *restrict out, const char *restrict s, size_t n, mbstate_t *restrict ps)
{
	wchar_t wc;
	int used;

	if (!s)
		return mbrtowc(0, "", 1, ps);
	if (!n)
		return -2;
	used = uk_decode((void *)(ps ? ps : &mbrtowc_state), s, n, &wc);
	if (used == ILLEGAL)
		errno = EILSEQ;
	if (used < 0)
		return used;
	if (out)
		*out = wc;
	return wc ? used : 0;
}

size_t mbrlen(const char *restrict s, size_t n, mbstate_t *restrict ps)
{
	return mbrtowc(0, s, n, ps ? ps : &mbrlen_state);
}

static int one(wchar_t *wc, const char *s, size_t n, mbstate_t *ps)
{
	int used;

	if (!*s) {
		if (wc)
			*wc = 0;
		return 0;
	}
	used = mbrtowc(wc, s, n, ps);
	return used < 0 ? -1 : used;
}

int mbtowc(wchar_t *restrict wc, const char *restrict s, size_t n)
{
	if (!s) {
		memset(&mbtowc_state, 0, sizeof mbtowc_state);
		return 0;
	}
	return one(wc, s, n, &mbtowc_state);
}

/* For libc's own use: without a state. */
hidden int uk_mbtowc(wchar_t *restrict wc, const char *restrict s, size_t n)
{
	return one(wc, s, n, &(mbstate_t) { 0 });
}

int mblen(const char *s, size_t n)
{
	return s ? one(0, s, n, &(mbstate_t) { 0 }) : 0;
}
