/* Multibyte functions with bytes and characters at random: up to six bytes, unfinished, wrong, in pieces. */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>
#include <wchar.h>

enum { N = 10 };
static unsigned seed = 1;
static int utf8;

static unsigned below(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

static void hex(const char *s, int n)
{
	for (int i = 0; i < n; i++)
		printf("%02x", s[i] & 255);
	putchar(' ');
}

static void wide(const char *what, long r, long at, const mbstate_t *st, const wchar_t *ws)
{
	printf("%s %ld %ld %d %d:", what, r, at, errno, !mbsinit(st));
	for (int i = 0; i < N; i++)
		printf("%x,", (unsigned)ws[i]);
}

/* In pieces of random lengths, going on behind what is wrong. */
#define PIECES(what, call, more) do { \
	printf("\n  " what); \
	for (int i = 0, k; i < n; ) { \
		k = below(4) < (unsigned)(n - i) ? below(4) : 1; \
		errno = 0; \
		long r = call; \
		printf(" %ld,%d", r, errno); \
		more; \
		i += r > 0 ? r : r == -3 ? 0 : 1; \
	} \
} while (0)

static void decode(const char *s, int n)
{
	mbstate_t fresh = { 0 }, st = { 0 }, start = { 0 };
	char16_t c16 = 0;
	char32_t c32 = 0;
	wchar_t wc = 0;

	hex(s, n);
	PIECES("mbrtowc", mbrtowc(&wc, s + i, k, &st), printf(",%x,%d", (unsigned)wc, !mbsinit(&st)));
	PIECES("mbtowc", mbtowc(&wc, s + i, k), printf(",%x", (unsigned)wc));
	if (below(2))
		mbtowc(0, 0, 0);
	PIECES("mblen", mblen(s + i, k), );
	st = fresh;
	PIECES("mbrlen", mbrlen(s + i, k, &st), );
	st = fresh;
	PIECES("mbrtoc16", mbrtoc16(&c16, s + i, k, &st), printf(",%x", r < 0 && r != -3 ? 0 : c16));
	st = fresh;
	PIECES("mbrtoc32", mbrtoc32(&c32, s + i, k, &st), printf(",%x", r < 0 ? 0 : c32));
	if (utf8 && below(2))
		mbrtowc(&wc, below(2) ? "\xe2" : "\xfc\x84\x80", below(2) + 1, &start);

	wchar_t ws[N];
	const char *p = s;
	int limit = below(8), most = below(14);
	long r;

	puts("");
	wmemset(ws, 0x99, N), st = start, errno = 0;
	r = mbsrtowcs(ws, &p, limit, &st);
	wide("  mbsrtowcs", r, p ? p - s : -1, &st, ws);
	p = s, st = start, errno = 0;
	r = mbsrtowcs(0, &p, limit, &st);
	printf(" length %ld %d", r, errno);
	wmemset(ws, 0x99, N), p = s, st = start, errno = 0;
	r = mbsnrtowcs(ws, &p, most, limit, &st);
	wide("\n  mbsnrtowcs", r, p ? p - s : -1, &st, ws);
	printf(" then %ld", (long)mbrtowc(&wc, "\x80", 1, &st));
	p = s, st = start, errno = 0;
	r = mbsnrtowcs(0, &p, most, limit, &st);
	printf(" length %ld %d mbstowcs %ld\n", r, errno, (long)mbstowcs(ws, s, limit));
}

static void encode(const wchar_t *ws, int n)
{
	char b[40];
	const wchar_t *p = ws;
	int limit = below(20), most = below(8);
	mbstate_t st = { 0 };
	long r;

	for (int i = 0; i < n; i++) {
		errno = 0;
		r = wcrtomb(b, ws[i], &st);
		printf("  %x %ld %d ", (unsigned)ws[i], r, errno);
		hex(b, r < 0 ? 0 : r);
		printf("%d %d %d", wctob(ws[i]), wctomb(b, ws[i]), (int)c32rtomb(b, ws[i], &st));
		r = c16rtomb(b, ws[i], &st);
		printf(" %ld ", r);
		hex(b, r < 0 ? 0 : r);
	}
	printf("%ld\n", (long)c16rtomb(0, 0, &st));
	memset(b, 0xcc, sizeof b), errno = 0;
	r = wcsrtombs(b, &p, limit, &st);
	printf("  %ld %ld %d ", r, p ? (long)(p - ws) : -1, errno);
	hex(b, 24);
	p = ws;
	printf("%ld ", (long)wcsrtombs(0, &p, limit, &st));
	memset(b, 0xcc, sizeof b), errno = 0;
	r = wcsnrtombs(b, &p, most, limit, &st);
	printf("  %ld %ld %d ", r, p ? (long)(p - ws) : -1, errno);
	hex(b, 24);
	p = ws;
	printf("%ld %ld\n", (long)wcsnrtombs(0, &p, most, limit, &st), (long)wcstombs(b, ws, limit));
	errno = 0;
	r = snprintf(b, sizeof b, "%5lc|%.*ls|%-8ls|", ws[0], limit, ws, ws + 1);
	printf("  printf %ld %d ", r, errno);
	hex(b, r < 0 ? 0 : r < 39 ? r : 39);
	puts("");
}

static void streams(void)
{
	wchar_t ws[] = { 'a', 0xe9, 0x20ac, 0x1f600, 0x110000, 0x200000, 0x7fffffff, '\n', 0 }, back[N];
	FILE *f = tmpfile();

	for (int i = 0; i < 400; i++)
		if (fputwc(ws[i % 8], f) == WEOF)
			puts("fputwc");
	printf("%d\n", fputws(ws, f) >= 0);
	rewind(f);
	for (int i = 0; i < 400; i++) {
		wint_t c = fgetwc(f);
		if (c != ws[i % 8])
			printf("fgetwc %x\n", c);
		if (i % 5 == 0 && (ungetwc(c, f) != c || fgetwc(f) != c))
			puts("ungetwc");
	}
	printf("%d ", fgetws(back, N, f) && !wcscmp(back, ws));
	printf("%ld\n", ftell(f));
	fclose(f);
	printf("%d ", swprintf(back, N, L"%s", "\xfc\x84\x80\x80\x80\x80|"));
	printf("%x\n", (unsigned)back[0]);
	printf("%d ", swscanf(L"\x4000000 1", L"%ls", back));
	printf("%x\n", (unsigned)back[0]);
}

int main(void)
{
	static const unsigned char bytes[] = { 'a', 'b', 0, 0x80, 0xbf, 0x81, 0xc2, 0xc3, 0xe2, 0x82, 0xac, 0xe0, 0xed, 0xa0, 0xf0, 0x9f, 0x98, 0xf4, 0x90,
		0xf8, 0x88, 0xfc, 0x84, 0xfd, 0xfe, 0xff, 0x80, 0x80, 0x80 };
	static const wchar_t chars[] = { 0, 'a', 0x7f, 0x80, 0xe9, 0x7ff, 0x800, 0x20ac, 0xd800, 0xdfff, 0xdc00, 0xffff, 0x10000, 0x10ffff, 0x110000, 0x1fffff,
		0x200000, 0x3ffffff, 0x4000000, 0x7fffffff, 0x80000000, -1 };

	for (utf8 = 0; utf8 < 2; utf8++) {
		setlocale(LC_ALL, utf8 ? "C.UTF-8" : "C");
		for (int t = 0; t < 250; t++) {
			char s[16] = { 0 };
			wchar_t ws[8] = { 0 };
			int n = 1 + below(12);

			for (int i = 0; i < n; i++)
				s[i] = bytes[below(sizeof bytes)];
			decode(s, n);
			n = 1 + below(6);
			for (int i = 0; i < n; i++)
				ws[i] = chars[below(below(3) ? 8 : sizeof chars / sizeof *chars)];
			encode(ws, n);
		}
	}
	streams();
	return 0;
}
