/* UTF-16 and UTF-32 to and from the locale's characters. */
#include <errno.h>
#include <uchar.h>
#include "multibyte.h"

static mbstate_t mbrtoc16_state, c16rtomb_state, mbrtoc32_state;

size_t mbrtoc16(char16_t *restrict out, const char *restrict s, size_t n, mbstate_t *restrict ps)
{
	struct multibyte *st = (void *)(ps ? ps : &mbrtoc16_state);
	wchar_t wc = 0;
	size_t used;

	if (st->surrogate) {
		if (out)
			*out = st->value;
		*st = (struct multibyte) { 0 };
		return -3;
	}
	used = mbrtowc(&wc, s ? s : "", s ? n : 1, (void *)st);
	if ((ssize_t)used < 0)
		return used;
	if (wc >= 0x10000)
		*st = (struct multibyte) { .surrogate = 1, .value = (char16_t)(0xdc00 + (wc & 0x3ff)) };
	if (out && s)
		*out = wc < 0x10000 ? wc : 0xd7c0 + (wc >> 10);
	return used;
}

size_t c16rtomb(char *restrict s, char16_t c, mbstate_t *restrict ps)
{
	struct multibyte *st = (void *)(ps ? ps : &c16rtomb_state);
	wchar_t wc = c;

	if (!s) {
		*st = (struct multibyte) { 0 };
		return 1;
	}
	if (st->surrogate) {
		/* Without its second half the first one is an error. */
		wc = c >> 10 == 0xdc00 >> 10 ? 0x10000 + ((st->value & 0x3ff) << 10) + (c & 0x3ff) : st->value;
		*st = (struct multibyte) { 0 };
	} else if (c >> 10 == 0xd800 >> 10) {
		*st = (struct multibyte) { .surrogate = 1, .value = c };
		return 0;
	}
	return wcrtomb(s, wc, (void *)st);
}

size_t mbrtoc32(char32_t *restrict out, const char *restrict s, size_t n, mbstate_t *restrict ps)
{
	return mbrtowc((wchar_t *)out, s, n, ps ? ps : &mbrtoc32_state);
}

size_t c32rtomb(char *restrict s, char32_t c, mbstate_t *restrict ps)
{
	return wcrtomb(s, c, ps);
}
