/* UTF-8 by bytes (C23): char8_t to and from the locale's characters. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "multibyte.h"

/* c8rtomb(): the bytes of a character that is not finished. */
struct in {
	unsigned char n:4, at:4, bytes[4];
};

_Static_assert(sizeof(struct in) <= sizeof(mbstate_t), "state fits");

static int utf8_length(unsigned char c)
{
	return c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
}

/* Keeps the bytes of WC behind the first, which is returned: surrogate counts them, value holds them. */
static unsigned char encode(struct multibyte *st, unsigned wc)
{
	int n = wc < 0x80 ? 0 : wc < 0x800 ? 1 : wc < 0x10000 ? 2 : 3;

	for (int i = 0; i < n; i++)
		st->value |= (0x80 | (wc >> 6 * (n - 1 - i) & 0x3f)) << 8 * i;
	st->surrogate = n;
	return n ? (0xff00 >> (n + 1) & 0xff) | wc >> 6 * n : wc;
}

static mbstate_t mbrtoc8_state;

size_t mbrtoc8(unsigned char *restrict out, const char *restrict s, size_t n, mbstate_t *restrict ps)
{
	struct multibyte *st = (void *)(ps ? ps : &mbrtoc8_state);
	unsigned char byte;
	wchar_t wc = 0;
	size_t used;

	if (st->surrogate) {
		if (out)
			*out = st->value;
		st->value >>= 8;
		st->surrogate--;
		return -3;
	}
	used = mbrtowc(&wc, s ? s : "", s ? n : 1, (void *)st);
	if ((ssize_t)used < 0)
		return used;
	if (wc > 0x10ffff)
		return errno = EILSEQ, -1;
	byte = encode(st, wc);
	if (out && s)
		*out = byte;
	return used;
}

size_t c8rtomb(char *restrict s, unsigned char c, mbstate_t *restrict ps)
{
	static mbstate_t own;
	struct in *st = (struct in *)(ps ? ps : &own);
	mbstate_t fresh = { 0 };
	unsigned wc;

	if (!s)
		return c8rtomb((char [8]){ 0 }, 0, ps);
	if (!st->n) {
		st->n = utf8_length(c);
		if (!st->n)
			goto bad;
	} else if ((c & 0xc0) != 0x80) {
		goto bad;
	}
	st->bytes[st->at++] = c;
	if (st->at < st->n)
		return 0;
	wc = st->n == 1 ? c : st->bytes[0] & (0x7f >> st->n);
	for (int i = 1; i < st->n; i++)
		wc = wc << 6 | (st->bytes[i] & 0x3f);
	if (st->n == 3 && (wc < 0x800 || wc - 0xd800 < 0x800) || st->n == 4 && wc - 0x10000 >= 0x100000)
		goto bad;
	memset(st, 0, sizeof *st);
	return wcrtomb(s, wc, &fresh);
bad:
	memset(st, 0, sizeof *st);
	errno = EILSEQ;
	return -1;
}
