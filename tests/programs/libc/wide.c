/* Wide characters: one digest per function over all of Unicode, in both locales that are always there. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>
#include <wchar.h>
#include <wctype.h>

static uint64_t mix(uint64_t h, uint64_t v) { return (h ^ v) * 0x100000001b3; }

static void digests(void)
{
	static const char *const classes[] = { "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit", "nothing" };
	static const char *const maps[] = { "toupper", "tolower", "totitle", "nothing" };
	uint64_t h;

	for (unsigned i = 0; i < sizeof classes / sizeof *classes; i++) {
		wctype_t t = wctype(classes[i]);
		h = 0xcbf29ce484222325;
		unsigned n = 0;
		for (wint_t c = 0; t && c <= 0x110000; c++)
			if (iswctype(c, t))
				h = mix(h, c), n++;
		printf("%s %d %u %d %016lx\n", classes[i], !!t, n, t ? !!iswctype(WEOF, t) : 0, h);
	}
	for (unsigned i = 0; i < sizeof maps / sizeof *maps; i++) {
		wctrans_t t = wctrans(maps[i]);
		h = 0xcbf29ce484222325;
		unsigned n = 0;
		for (wint_t c = 0; t && c <= 0x110000; c++)
			if (towctrans(c, t) != c)
				h = mix(mix(h, c), towctrans(c, t)), n++;
		printf("%s %d %u %016lx\n", maps[i], !!t, n, h);
	}
	h = 0xcbf29ce484222325;
	unsigned n = 0;
	for (wint_t c = 0; c <= 0x110000; c++) {
		int bits = !!iswalnum(c) | !!iswalpha(c) << 1 | !!iswblank(c) << 2 | !!iswcntrl(c) << 3 | !!iswdigit(c) << 4 | !!iswgraph(c) << 5 | !!iswlower(c) << 6 |
			!!iswprint(c) << 7 | !!iswpunct(c) << 8 | !!iswspace(c) << 9 | !!iswupper(c) << 10 | !!iswxdigit(c) << 11;
		h = mix(h, bits);
		h = mix(mix(h, towupper(c)), towlower(c));
	}
	printf("isw %016lx\n", h);
	for (int w = -1; w <= 2; w++) {
		h = 0xcbf29ce484222325, n = 0;
		for (wint_t c = 0; c <= 0x110000; c++)
			if (wcwidth(c) == w)
				h = mix(h, c), n++;
		printf("width %d %u %016lx\n", w, n, h);
	}
	h = 0xcbf29ce484222325;
	for (int c = -1; c < 256; c++)
		h = mix(h, !!isalnum(c) | !!isalpha(c) << 1 | !!isblank(c) << 2 | !!iscntrl(c) << 3 | !!isdigit(c) << 4 | !!isgraph(c) << 5 | !!islower(c) << 6 | !!isprint(c) << 7 |
			!!ispunct(c) << 8 | !!isspace(c) << 9 | !!isupper(c) << 10 | !!isxdigit(c) << 11), h = mix(mix(h, toupper(c)), tolower(c));
	printf("is %016lx\n", h);
}

static void conversions(void)
{
	uint64_t h = 0xcbf29ce484222325;
	mbstate_t s;
	wchar_t w;

	for (wint_t c = 0; c < 0xe0000; c++) {
		char b[16];
		memset(&s, 0, sizeof s);
		errno = 0;
		size_t n = wcrtomb(b, c, &s);
		h = mix(mix(h, n), errno);
		for (size_t i = 0; i < n && n < 16; i++)
			h = mix(h, (unsigned char)b[i]);
		if (n < 16) {
			size_t m = mbrtowc(&w, b, n, &s);
			h = mix(mix(h, m), w);
		}
	}
	printf("wcrtomb %016lx\n", h);
	h = 0xcbf29ce484222325;
	for (unsigned i = 0; i < 0x10000; i++) {	/* all pairs of bytes, with two that could follow */
		char b[] = { i >> 8, i, 0x80, 0x80 };
		if (i >> 8 == 0xed || i >> 8 > 0xf3)
			continue;	/* halves of pairs, and what is behind the last character */
		memset(&s, 0, sizeof s);
		w = 7, errno = 0;
		size_t n = mbrtowc(&w, b, 4, &s);
		h = mix(mix(mix(h, n), w), errno);
		memset(&s, 0, sizeof s);
		h = mix(h, mbrlen(b, 4, &s));
		h = mix(h, mbsinit(&s));
	}
	printf("mbrtowc %016lx\n", h);
	h = 0xcbf29ce484222325;
	for (int c = -1; c < 256; c++)
		h = mix(mix(h, btowc(c)), wctob(c));
	printf("btowc %016lx\n", h);
	static const char *const in[] = { "", "abc", "h\xc3\xa9llo", "\xe2\x82\xac""5", "\xf0\x9f\x98\x80!", "a\xff""b", "a\xc3", "\xc0\x80" };
	for (unsigned i = 0; i < sizeof in / sizeof *in; i++) {
		wchar_t out[16];
		char back[32];
		const char *p = in[i];
		errno = 0;
		memset(&s, 0, sizeof s);
		printf("%u: %zd %zd", i, mbstowcs(NULL, in[i], 0), mbstowcs(out, in[i], 16));
		size_t n = mbsrtowcs(out, &p, 16, &s);
		printf(" %zd %d %d", n, p ? (int)(p - in[i]) : -1, errno);
		p = in[i];
		memset(&s, 0, sizeof s);
		printf(" %zd %d", mbsnrtowcs(out, &p, 2, 16, &s), p ? (int)(p - in[i]) : -1);
		if (mbstowcs(out, in[i], 16) != (size_t)-1) {
			const wchar_t *wp = out;
			printf(" %zd %d", wcstombs(back, out, sizeof back), wcswidth(out, 16));
			memset(&s, 0, sizeof s);
			printf(" %zd", wcsrtombs(back, &wp, 2, &s));
			wp = out;
			printf(" %zd", wcsnrtombs(back, &wp, 1, sizeof back, &s));
		}
		printf(" %d %d\n", mblen(in[i], 8), mbtowc(&w, in[i], 8));
	}
	for (unsigned i = 0; i < sizeof in / sizeof *in; i++) {
		char16_t c16[8];
		char32_t c32;
		memset(&s, 0, sizeof s);
		const char *p = in[i];
		for (int k = 0; k < 5; k++) {
			char16_t c = 0;
			size_t r = mbrtoc16(&c, p, strlen(p) + 1, &s);
			printf("%zd/%x ", r, c);
			if (r == 0 || r > 8 && r != (size_t)-3)
				break;
			if (r != (size_t)-3)
				p += r;
		}
		memset(&s, 0, sizeof s);
		c32 = 0;
		printf("%zd/%x\n", mbrtoc32(&c32, in[i], strlen(in[i]) + 1, &s), (unsigned)c32);
	}
	static const char32_t points[] = { 0, 'a', 0xe9, 0x20ac, 0x1f600, 0xd800 };
	for (unsigned i = 0; i < sizeof points / sizeof *points; i++) {
		char b[16];
		memset(&s, 0, sizeof s);
		printf("%zd", c32rtomb(b, points[i], &s));
		memset(&s, 0, sizeof s);
		printf(" %zd", c16rtomb(b, points[i] > 0xffff ? 0xd83d : points[i], &s));
		printf(" %zd\n", c16rtomb(b, 0xde00, &s));
	}
}

static void wcs(void)
{
	wchar_t a[32] = L"hello", b[32], *save, *t;

	printf("%ls %ls", wcscat(wcscpy(b, a), L" world"), wcsncat(a, L"12345", 3));
	printf(" %d %d %d", wcscmp(a, b) > 0, wcsncmp(a, b, 5), wcscasecmp(L"ÀB", L"àb"));
	printf(" %d %d\n", wcsncasecmp(L"ABC", L"abd", 2), wcscoll(L"a", L"B") > 0);
	printf("%td %td %td %zu %zu %td\n", wcschr(b, 'o') - b, wcsrchr(b, 'o') - b, wcsstr(b, L"wor") - b, wcsspn(b, L"hel"), wcscspn(b, L" "), wcspbrk(b, L"wl") - b);
	for (t = wcstok(b, L" l", &save); t; t = wcstok(NULL, L" l", &save))
		printf("<%ls>", t);
	printf(" %zu %zu %zu", wcslen(a), wcsnlen(a, 3), wcsxfrm(b, L"abc", 32));
	wmemset(b, 'x', 5), b[5] = 0;
	printf(" %ls", b);
	wmemcpy(b, L"12", 2), wmemmove(b + 1, b, 3);
	printf(" %ls %td %d %td", b, wmemchr(b, 'x', 6) - b, wmemcmp(b, L"11", 2), wmempcpy(b, L"zz", 2) - b);
	printf(" %td %td %td", wcpcpy(b, L"abc") - b, wcpncpy(b, L"abcdef", 4) - b, wcschrnul(L"abc", 'z') - L"abc" >= 0 ? 3L : 0);
	t = wcsdup(L"copy");
	printf(" %ls\n", t);
	free(t);
}

int main(void)
{
	for (int i = 0; i < 2; i++) {
		printf("%s\n", setlocale(LC_ALL, i ? "C.UTF-8" : "C"));
		digests(), conversions(), wcs();
	}
	return 0;
}
