// Wide streams and wide strings, in C.UTF-8 and in the C locale; and character classes by locale.
#define _GNU_SOURCE
#define __NO_CTYPE 1
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uchar.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

#define E(call) (errno = 0, shown = (long)(call), printf("%s: %ld %d\n", #call, shown, errno))
#define W(text) (printf("%s: %ls\n", #text, text))
#define NAME "/tmp/uk-wstdio"
static long shown;
static locale_t loc;

static int with_vfwprintf(FILE *f, const wchar_t *s, ...) { va_list a; va_start(a, s); int r = vfwprintf(f, s, a); va_end(a); return r; }
static int with_vwprintf(const wchar_t *s, ...) { va_list a; va_start(a, s); int r = vwprintf(s, a); va_end(a); return r; }
static int with_vswprintf(wchar_t *b, size_t n, const wchar_t *s, ...) { va_list a; va_start(a, s); int r = vswprintf(b, n, s, a); va_end(a); return r; }
extern int old_vfwscanf(FILE *, const wchar_t *, va_list) __asm__("vfwscanf"), old_vswscanf(const wchar_t *, const wchar_t *, va_list) __asm__("vswscanf"), old_fwscanf(FILE *, const wchar_t *, ...) __asm__("fwscanf");
extern int old_swscanf(const wchar_t *, const wchar_t *, ...) __asm__("swscanf"), old_wscanf(const wchar_t *, ...) __asm__("wscanf"), old_vwscanf(const wchar_t *, va_list) __asm__("vwscanf");
extern int new_vfwscanf(FILE *, const wchar_t *, va_list) __asm__("__isoc99_vfwscanf"), new_vswscanf(const wchar_t *, const wchar_t *, va_list) __asm__("__isoc99_vswscanf"), new_wscanf(const wchar_t *, ...) __asm__("__isoc99_wscanf"), new_vwscanf(const wchar_t *, va_list) __asm__("__isoc99_vwscanf");
static int with_vfwscanf(FILE *f, const wchar_t *s, ...) { va_list a; va_start(a, s); int r = old_vfwscanf(f, s, a); va_end(a); return r; }
static int with_vswscanf(const wchar_t *b, const wchar_t *s, ...) { va_list a; va_start(a, s); int r = old_vswscanf(b, s, a); va_end(a); return r; }
static int with_vwscanf(const wchar_t *s, ...) { va_list a; va_start(a, s); int r = old_vwscanf(s, a); va_end(a); return r; }
static int with_new_vfwscanf(FILE *f, const wchar_t *s, ...) { va_list a; va_start(a, s); int r = new_vfwscanf(f, s, a); va_end(a); return r; }
static int with_new_vswscanf(const wchar_t *b, const wchar_t *s, ...) { va_list a; va_start(a, s); int r = new_vswscanf(b, s, a); va_end(a); return r; }
static int with_new_vwscanf(const wchar_t *s, ...) { va_list a; va_start(a, s); int r = new_vwscanf(s, a); va_end(a); return r; }

static void streams(void)
{
	wchar_t b[100], *p;
	size_t n;
	int x = -1, y = -1;
	FILE *f = fopen(NAME, "w+");

	E(fwide(f, 1)), E(fputwc(L'é', f)), E(fputws(L"größe €\n", f)), E(putwc(L'a', f)), E(fputwc_unlocked(L'b', f)), E(putwc_unlocked(L'c', f)), E(fputws_unlocked(L"d\n", f)), E(fwprintf(f, L"%d %ls %s %a %La|%5lc\n", 5, L"wide", "narrow", 1e-310, 1.5L, L'ß')), E(with_vfwprintf(f, L"%x 12 34 56 78\n", 255));
	E(fflush(f)), E(ftell(f)), rewind(f), E(fgetwc(f)), E(getwc(f)), E(fgetwc_unlocked(f)), E(getwc_unlocked(f)), E(ungetwc(L'Z', f)), E(ungetwc(WEOF, f)), E(fgetws(b, 100, f) != NULL), W(b), E(fgetws_unlocked(b, 3, f) != NULL), W(b), E(fgetws(b, 100, f) != NULL), W(b), E(fgetws(b, 100, f) != NULL), W(b);
	E(old_fwscanf(f, L"%x", &x)), E(with_vfwscanf(f, L"%d", &y)), printf("%d %d\n", x, y), E(fwscanf(f, L"%d", &x)), E(with_new_vfwscanf(f, L"%d", &y)), printf("%d %d\n", x, y), E(fgetwc(f)), E(fgetwc(f)), E(feof(f)), E(fclose(f));
	E(freopen(NAME, "w+", stdin) != NULL), fputws(L"1 2 3 4 xyz", stdin), rewind(stdin), E(old_wscanf(L"%d", &x)), E(with_vwscanf(L"%d", &y)), printf("%d %d\n", x, y), E(new_wscanf(L"%d", &x)), E(with_new_vwscanf(L"%d", &y)), printf("%d %d\n", x, y), E(getwchar()), E(getwchar_unlocked()), E(getwchar());
	E(swprintf(b, 100, L"%5.2f|%-5d|%05d|%ls|%lc|%S|%C", 3.14159, 42, 42, L"ü", L'ö', L"s", L'c')), W(b), E(swprintf(b, 3, L"%d", 12345)), E(with_vswprintf(b, 100, L"%s", "x")), W(b), E(swprintf(b, 100, L"%p %p", NULL, (void *)1)), W(b);
	E(old_swscanf(L"7 abc", L"%d %ls", &x, b)), W(b), E(swscanf(L"8", L"%d", &x)), E(with_vswscanf(L"9", L"%d", &y)), E(with_new_vswscanf(L"10", L"%d", &y)), E(swscanf(L"é", L"%lc", b)), E(swscanf(L"xyz12", L"%l[a-z]%d", b, &x)), W(b), E(swscanf(L"0x", L"%i", &x)), E(swscanf(L"(nil)", L"%p", &p));
	f = open_wmemstream(&p, &n), E(fputws(L"wide memory", f)), E(fflush(f)), E(n), W(p), E(fclose(f)), free(p);
	f = fopen(NAME, "w"), E(fputc('x', f)), E(fwide(f, 1)), E(fclose(f)), f = fopen(NAME, "w"), fputs("ab\xff", f), fclose(f), f = fopen(NAME, "r"), E(fgetwc(f)), E(fgetwc(f)), E(fgetwc(f)), E(ferror(f)), fclose(f);
	unlink(NAME);
}

static void strings(void)
{
	wchar_t b[100], *p, *save;
	static const wchar_t s[] = L"hello world", a[] = L"Abc", c[] = L"aBD";

	W(wcscpy(b, L"one")), W(wcscat(b, L" two")), W(wcsncpy(b, L"abcdef", 3)), W(wcsncat(b, L"xyz", 2)), E(wcpcpy(b, L"123") - b), E(wcpncpy(b, L"12", 5) - b), W(wmemcpy(b, L"copied", 7)), W(wmemmove(b + 1, b, 7)), E(wmempcpy(b, L"pp", 2) - b), W(wmemset(b, L'z', 2));
	E(wcschr(s, L'o') - s), E(wcsrchr(s, L'o') - s), E(wcschrnul(s, L'q') - s), E(wcsspn(s, L"hel")), E(wcscspn(s, L"ow")), E(wcspbrk(s, L"wr") - s), E(wcsstr(s, L"wor") - s), E(wcswcs(s, L"lo") - s), E(wcsnlen(s, 5)), E(wcslen(s)), E(wmemchr(s, L'w', 11) - s), E(wmemcmp(a, c, 3)), E(wcscmp(a, c)), E(wcsncmp(a, c, 1)), E(wcscasecmp(a, c)), E(wcsncasecmp(a, c, 2)), E(wcscasecmp_l(a, c, loc)), E(wcsncasecmp_l(a, c, 2, loc));
	E(wcscoll(a, c) > 0), E(wcscoll_l(a, c, loc) > 0), E(wcsxfrm(b, a, 100)), E(wcsxfrm_l(b, a, 100, loc)), p = wcsdup(L"a,b,,c"), W(wcstok(p, L",", &save)), W(wcstok(NULL, L",", &save)), W(wcstok(NULL, L",", &save)), printf("%d\n", wcstok(NULL, L",", &save) != NULL), free(p);
	E(wcstol(L" -12x", &p, 0)), W(p), E(wcstoul(L"0x1f", NULL, 16)), E(wcstoll(L"077", NULL, 0)), E(wcstoull(L"99999999999999999999", NULL, 10)), E(wcstoq(L"5", NULL, 10)), E(wcstouq(L"6", NULL, 10)), E(wcstoimax(L"7", NULL, 10)), E(wcstoumax(L"8", NULL, 10)), E(wcstol_l(L"9", NULL, 10, loc)), E(wcstoul_l(L"10", NULL, 10, loc)), E(wcstoll_l(L"11", NULL, 10, loc)), E(wcstoull_l(L"12", NULL, 10, loc));
	printf("%g %g %Lg %g %g %Lg %g %g %g %Lg\n", wcstod(L"1.5x", &p), wcstof(L"2.5", NULL), wcstold(L"3.5", NULL), wcstod_l(L"4.5", NULL, loc), wcstof_l(L"5.5", NULL, loc), wcstold_l(L"6.5", NULL, loc), (double)wcstof32_l(L"1", NULL, loc), (double)wcstof64_l(L"2", NULL, loc), (double)wcstof32x_l(L"3", NULL, loc), (long double)wcstof64x_l(L"4", NULL, loc)), W(p);
	E(wcwidth(L'a')), E(wcwidth(L'中')), E(wcwidth(0x300)), E(wcwidth(7)), E(wcswidth(L"a中", 5)), E(btowc('a')), E(btowc(0xe9)), E(wctob(L'a')), E(wctob(L'é'));
	printf("%zu\n", wcsftime(b, 100, L"%Y-%m-%d %A", &(struct tm){ .tm_year = 100, .tm_mday = 1 })), W(b), printf("%zu\n", wcsftime_l(b, 100, L"%c", &(struct tm){ .tm_year = 100, .tm_mday = 1 }, loc)), W(b);
}

static void multibyte(void)
{
	mbstate_t st = { 0 };
	wchar_t w[20];
	char b[20];
	const char *m;
	const wchar_t *ws;
	char16_t c16;
	char32_t c32;

	E(mblen("é", 5)), E(mblen("\xed\xa0\x80", 3)), E(mbrlen("中", 5, &st)), E(mbrtowc(w, "\xe4", 1, &st)), E(mbsinit(&st)), E(mbrtowc(w, "\xb8\xad", 2, &st)), E(w[0]), E(mbtowc(w, "ü", 5)), E(wctomb(b, 0x20ac)), E(wctomb(b, 0xd800)), E(wcrtomb(b, 0x10ffff, &st));
	memset(&st, 0, sizeof(st)), m = "aé中", E(mbsrtowcs(w, &m, 20, &st)), E(m != NULL), m = "aé中", E(mbsnrtowcs(w, &m, 3, 20, &st)), E(*m), ws = L"aé中", E(wcsrtombs(b, &ws, 20, &st)), ws = L"aé中", E(wcsnrtombs(b, &ws, 2, 20, &st)), E(*ws), E(mbstowcs(w, "x\xff", 20)), E(wcstombs(b, L"é", 20)), E(wcstombs(NULL, L"é中", 0));
	E(mbrtoc16(&c16, "😀", 4, &st)), E(c16), E(mbrtoc16(&c16, "", 0, &st)), E(c16), E(mbrtoc32(&c32, "😀", 4, &st)), E(c32), E(c16rtomb(b, 0xd83d, &st)), E(c16rtomb(b, 0xde00, &st)), E(c32rtomb(b, 0x1f600, &st));
}

// A bit for each class; beyond ASCII and Latin, Unicode's version decides.
#define CLASSES(c, s, arg) (isw##alnum##s arg != 0) | (isw##alpha##s arg != 0) << 1 | (isw##blank##s arg != 0) << 2 | (isw##cntrl##s arg != 0) << 3 | (isw##digit##s arg != 0) << 4 | (isw##graph##s arg != 0) << 5 | \
	(isw##lower##s arg != 0) << 6 | (isw##print##s arg != 0) << 7 | (isw##punct##s arg != 0) << 8 | (isw##space##s arg != 0) << 9 | (isw##upper##s arg != 0) << 10 | (isw##xdigit##s arg != 0) << 11
#define NARROW(s, arg) (is##alnum##s arg != 0) | (is##alpha##s arg != 0) << 1 | (is##blank##s arg != 0) << 2 | (is##cntrl##s arg != 0) << 3 | (is##digit##s arg != 0) << 4 | (is##graph##s arg != 0) << 5 | \
	(is##lower##s arg != 0) << 6 | (is##print##s arg != 0) << 7 | (is##punct##s arg != 0) << 8 | (is##space##s arg != 0) << 9 | (is##upper##s arg != 0) << 10 | (is##xdigit##s arg != 0) << 11
#undef __isctype
#undef tolower_l
#undef toupper_l
#undef __tolower_l
#undef __toupper_l
#undef __toascii_l
#undef __isascii_l
#define D(type, name, ...) extern type name(__VA_ARGS__)
D(int, __isalnum_l, int, locale_t); D(int, __isalpha_l, int, locale_t); D(int, __isblank_l, int, locale_t); D(int, __iscntrl_l, int, locale_t); D(int, __isdigit_l, int, locale_t); D(int, __isgraph_l, int, locale_t); D(int, __islower_l, int, locale_t);
D(int, __isprint_l, int, locale_t); D(int, __ispunct_l, int, locale_t); D(int, __isspace_l, int, locale_t); D(int, __isupper_l, int, locale_t); D(int, __isxdigit_l, int, locale_t); D(int, __isascii_l, int, locale_t); D(int, __toascii_l, int, locale_t);
D(int, __tolower_l, int, locale_t); D(int, __toupper_l, int, locale_t); D(int, _tolower, int); D(int, _toupper, int); D(int, isctype, int, int); D(int, __isctype, int, int);
D(int, __iswalnum_l, wint_t, locale_t); D(int, __iswalpha_l, wint_t, locale_t); D(int, __iswblank_l, wint_t, locale_t); D(int, __iswcntrl_l, wint_t, locale_t); D(int, __iswdigit_l, wint_t, locale_t); D(int, __iswgraph_l, wint_t, locale_t); D(int, __iswlower_l, wint_t, locale_t);
D(int, __iswprint_l, wint_t, locale_t); D(int, __iswpunct_l, wint_t, locale_t); D(int, __iswspace_l, wint_t, locale_t); D(int, __iswupper_l, wint_t, locale_t); D(int, __iswxdigit_l, wint_t, locale_t); D(int, __iswctype_l, wint_t, wctype_t, locale_t); D(int, __iswctype, wint_t, wctype_t);
D(wint_t, __towlower_l, wint_t, locale_t); D(wint_t, __towupper_l, wint_t, locale_t); D(wint_t, __towctrans, wint_t, wctrans_t); D(wint_t, __towctrans_l, wint_t, wctrans_t, locale_t); D(wctype_t, __wctype_l, const char *, locale_t); D(wctrans_t, __wctrans_l, const char *, locale_t);
D(int, __wcscasecmp_l, const wchar_t *, const wchar_t *, locale_t); D(int, __wcsncasecmp_l, const wchar_t *, const wchar_t *, size_t, locale_t); D(int, __wcscoll_l, const wchar_t *, const wchar_t *, locale_t); D(size_t, __wcsxfrm_l, wchar_t *, const wchar_t *, size_t, locale_t); D(size_t, __wcsftime_l, wchar_t *, size_t, const wchar_t *, const struct tm *, locale_t);
D(long, __wcstol_l, const wchar_t *, wchar_t **, int, locale_t); D(unsigned long, __wcstoul_l, const wchar_t *, wchar_t **, int, locale_t); D(long long, __wcstoll_l, const wchar_t *, wchar_t **, int, locale_t); D(unsigned long long, __wcstoull_l, const wchar_t *, wchar_t **, int, locale_t);
D(long, __wcstol_internal, const wchar_t *, wchar_t **, int, int); D(unsigned long, __wcstoul_internal, const wchar_t *, wchar_t **, int, int); D(long long, __wcstoll_internal, const wchar_t *, wchar_t **, int, int); D(unsigned long long, __wcstoull_internal, const wchar_t *, wchar_t **, int, int);
D(double, __wcstod_internal, const wchar_t *, wchar_t **, int); D(float, __wcstof_internal, const wchar_t *, wchar_t **, int); D(long double, __wcstold_internal, const wchar_t *, wchar_t **, int); D(double, __wcstod_l, const wchar_t *, wchar_t **, locale_t); D(float, __wcstof_l, const wchar_t *, wchar_t **, locale_t); D(long double, __wcstold_l, const wchar_t *, wchar_t **, locale_t);
D(size_t, __mbrlen, const char *, size_t, mbstate_t *); D(size_t, __mbrtowc, wchar_t *, const char *, size_t, mbstate_t *);

static void classes(void)
{
	static const char *const names[] = { "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit", "nonsense", "" };
	unsigned long h[8] = { 0 };
	wchar_t b[20];

	for (int c = -1; c < 256; c++) {
		int v[] = { NARROW(, (c)), NARROW(_l, (c, loc)), tolower(c) | toupper(c) << 8, tolower_l(c, loc) | toupper_l(c, loc) << 8, isascii(c) | toascii(c) << 1,
			!!__isalnum_l(c, loc) | !!__isalpha_l(c, loc) | !!__isblank_l(c, loc) | !!__iscntrl_l(c, loc) | !!__isdigit_l(c, loc) | !!__isgraph_l(c, loc) | !!__islower_l(c, loc) | !!__isprint_l(c, loc) | !!__ispunct_l(c, loc) | !!__isspace_l(c, loc) | !!__isupper_l(c, loc) | !!__isxdigit_l(c, loc),
			__isascii_l(c, loc) + 2 * __toascii_l(c, loc) + 512 * __tolower_l(c, loc) + 131072 * __toupper_l(c, loc), c >= 0 ? _tolower(c) + 256 * _toupper(c) : 0 };
		for (int i = 0; i < 8; i++)
			h[i] = h[i] * 31 + v[i];
	}
	for (int i = 0; i < 8; i++)
		printf("%lx ", h[i]), h[i] = 0;
	for (wint_t c = 0; c < 0x250; c++) {
		int v[] = { CLASSES(c, , (c)), CLASSES(c, _l, (c, loc)), towlower(c) + 1000 * towupper(c), towlower_l(c, loc) + 1000 * towupper_l(c, loc), __towlower_l(c, loc) + 1000 * __towupper_l(c, loc),
			!!__iswalnum_l(c, loc) + 2 * !!__iswalpha_l(c, loc) + 4 * !!__iswblank_l(c, loc) + 8 * !!__iswcntrl_l(c, loc) + 16 * !!__iswdigit_l(c, loc) + 32 * !!__iswgraph_l(c, loc) + 64 * !!__iswlower_l(c, loc) + 128 * !!__iswprint_l(c, loc) + 256 * !!__iswpunct_l(c, loc) + 512 * !!__iswspace_l(c, loc) + 1024 * !!__iswupper_l(c, loc) + 2048 * !!__iswxdigit_l(c, loc), 0, 0 };
		for (int i = 0; i < 14; i++)
			v[6] = v[6] * 3 + !!iswctype(c, wctype(names[i])) + 5 * !!iswctype_l(c, wctype_l(names[i], loc), loc) + 7 * !!__iswctype(c, wctype(names[i])) + !!__iswctype_l(c, __wctype_l(names[i], loc), loc);
		v[7] = towctrans(c, wctrans("tolower")) + towctrans_l(c, wctrans_l("toupper", loc), loc) * 3 + __towctrans(c, wctrans("toupper")) * 5 + __towctrans_l(c, __wctrans_l("tolower", loc), loc) * 7;
		for (int i = 0; i < 8; i++)
			h[i] = h[i] * 31 + v[i];
	}
	for (int i = 0; i < 8; i++)
		printf("%lx ", h[i]);
	puts("");
	E(!!isctype('a', 1024)), E(!!__isctype('5', 2048)), E(wctrans("nonsense")), E(__wcscasecmp_l(L"A", L"b", loc)), E(__wcsncasecmp_l(L"A", L"b", 1, loc)), E(__wcscoll_l(L"a", L"b", loc) < 0), E(__wcsxfrm_l(b, L"abc", 20, loc)), E(__wcsftime_l(b, 20, L"%Y", &(struct tm){ 0 }, loc));
	E(__wcstol_l(L"1", NULL, 10, loc)), E(__wcstoul_l(L"1", NULL, 10, loc)), E(__wcstoll_l(L"1", NULL, 10, loc)), E(__wcstoull_l(L"1", NULL, 10, loc)), E(__wcstol_internal(L"1", NULL, 10, 0)), E(__wcstoul_internal(L"1", NULL, 10, 0)), E(__wcstoll_internal(L"1", NULL, 10, 0)), E(__wcstoull_internal(L"1", NULL, 10, 0));
	E(__wcstod_internal(L"1", NULL, 0)), E(__wcstof_internal(L"1", NULL, 0)), E(__wcstold_internal(L"1", NULL, 0)), E(__wcstod_l(L"1", NULL, loc)), E(__wcstof_l(L"1", NULL, loc)), E(__wcstold_l(L"1", NULL, loc)), E(__mbrlen("a", 1, &(mbstate_t){ 0 })), E(__mbrtowc(b, "a", 1, &(mbstate_t){ 0 }));
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("%d\n", setlocale(LC_ALL, "C.UTF-8") != NULL);
	loc = newlocale(LC_ALL_MASK, "C.UTF-8", NULL);
	streams(), strings(), multibyte(), classes();
	setlocale(LC_ALL, "C");
	loc = newlocale(LC_ALL_MASK, "C", NULL);
	classes();
	E(mblen("é", 5)), E(wctomb((char[10]){ 0 }, 0xe9)), E(mbtowc(&(wchar_t){ 0 }, "\xe9", 1)), E(wcstombs(NULL, L"é", 0)), E(btowc(0xe9)), E(wctob(0xe9));
	fflush(stdout), freopen("/tmp/uk-wout", "w", stdout), printf("%d %d %d %d\n", fwide(stdout, 0), putchar('x'), 0, 0), freopen("/tmp/uk-wout", "w+", stdout);
	fprintf(stderr, "%d", wprintf(L"%d\n", 5)), fprintf(stderr, " %d %d %d %d\n", putwchar(L'a'), putwchar_unlocked(L'b'), with_vwprintf(L"%d\n", 7), fwide(stdout, 0));
	return 0;
}
