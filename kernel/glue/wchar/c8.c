/* UTF-8 by bytes (C23): char8_t to and from the locale's characters. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* The bytes of a character that is not finished; four of state are what mbstate_t has to spare. */
struct state {
	unsigned char n:4, at:4, bytes[4];
};

_Static_assert(sizeof(struct state) <= sizeof(mbstate_t), "state fits");

static struct state *of(mbstate_t *ps, mbstate_t *own)
{
	return (struct state *)(ps ? ps : own);
}

static int utf8_length(unsigned char c)
{
	return c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
}

size_t mbrtoc8(unsigned char *restrict out, const char *restrict s, size_t n, mbstate_t *restrict ps)
{
	static mbstate_t own;
	struct state *st = of(ps, &own);
	mbstate_t fresh = { 0 };
	wchar_t wc;
	size_t used;

	if (!s)
		return mbrtoc8(0, "", 1, ps);
	if (st->at < st->n) {
		if (out)
			*out = st->bytes[st->at];
		if (++st->at == st->n)
			memset(st, 0, sizeof *st);
		return -3;
	}
	used = mbrtowc(&wc, s, n, &fresh);
	if ((long)used < 0) {
		/* An unfinished character is not kept: the caller offers it again with more. */
		return used;
	}
	if ((unsigned)wc < 0x80) {
		st->bytes[0] = wc;
		st->n = 1;
	} else if ((unsigned)wc < 0x800) {
		st->bytes[0] = 0xc0 | wc >> 6;
		st->bytes[1] = 0x80 | (wc & 0x3f);
		st->n = 2;
	} else if ((unsigned)wc < 0x10000) {
		st->bytes[0] = 0xe0 | wc >> 12;
		st->bytes[1] = 0x80 | (wc >> 6 & 0x3f);
		st->bytes[2] = 0x80 | (wc & 0x3f);
		st->n = 3;
	} else {
		st->bytes[0] = 0xf0 | wc >> 18;
		st->bytes[1] = 0x80 | (wc >> 12 & 0x3f);
		st->bytes[2] = 0x80 | (wc >> 6 & 0x3f);
		st->bytes[3] = 0x80 | (wc & 0x3f);
		st->n = 4;
	}
	if (out)
		*out = st->bytes[0];
	st->at = 1;
	if (st->at == st->n)
		memset(st, 0, sizeof *st);
	return used;
}

size_t c8rtomb(char *restrict s, unsigned char c, mbstate_t *restrict ps)
{
	static mbstate_t own;
	struct state *st = of(ps, &own);
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
