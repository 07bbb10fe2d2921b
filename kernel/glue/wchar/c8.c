/* UTF-8 by bytes (C23): char8_t to and from the locale's characters. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* mbrtoc8(): what mbrtowc() keeps of an unfinished character, and the bytes that are still to be given. */
struct out {
	unsigned unfinished;
	unsigned char left, bytes[3];
};

/* c8rtomb(): the bytes of a character that is not finished. */
struct in {
	unsigned char n:4, at:4, bytes[4];
};

_Static_assert(sizeof(struct out) <= sizeof(mbstate_t) && sizeof(struct in) <= sizeof(mbstate_t), "state fits");

static int utf8_length(unsigned char c)
{
	return c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
}

/* The bytes of WC behind the first, which is returned. */
static unsigned char encode(struct out *st, unsigned wc)
{
	int n = wc < 0x80 ? 0 : wc < 0x800 ? 1 : wc < 0x10000 ? 2 : 3;

	for (int i = 0; i < n; i++)
		st->bytes[i] = 0x80 | (wc >> 6 * (n - 1 - i) & 0x3f);
	st->left = n;
	return n ? (0xff00 >> (n + 1) & 0xff) | wc >> 6 * n : wc;
}

size_t mbrtoc8(unsigned char *restrict out, const char *restrict s, size_t n, mbstate_t *restrict ps)
{
	static mbstate_t own;
	struct out *st = (struct out *)(ps ? ps : &own);
	mbstate_t unfinished = { 0 };
	unsigned char byte;
	wchar_t wc;
	size_t used;

	if (!s)
		return mbrtoc8(0, "", 1, ps);
	if (st->left) {
		if (out)
			*out = st->bytes[0];
		memmove(st->bytes, st->bytes + 1, --st->left);
		return -3;
	}
	memcpy(&unfinished, &st->unfinished, sizeof st->unfinished);
	used = mbrtowc(&wc, s, n, &unfinished);
	memcpy(&st->unfinished, &unfinished, sizeof st->unfinished);
	if ((long)used < 0)
		return used;
	byte = encode(st, wc);
	if (out)
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
