// Functions of glibc 2.36 to 2.38 that hosts may not have: C23's numbers in base two (7.24.1.7, 7.23.6.2), characters of
// UTF-8 (7.30.1), and the bounded copies of POSIX 2024. What they have to give is in a file, from these texts.
#define _GNU_SOURCE
#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>
#include "show.h"

#define WEAK __attribute__((weak))

// Numbers: value, and how much of the text was read.
#define NUMBER(type, char_type, name, ...) extern type new_##name(const char_type *, char_type **, int, ##__VA_ARGS__) NAMED(__isoc23_##name) WEAK
#define N(name, text, base, ...) (errno = 0, end = NULL, printf("%s %s %d: %lld", #name, #text, base, (long long)new_##name(text, (void *)&end, base, ##__VA_ARGS__)), printf(" read %d errno %d\n", end ? (int)((end - (char *)text) / sizeof(*text)) : -1, errno))

NUMBER(long, char, strtol); NUMBER(long, char, strtol_l, locale_t);
NUMBER(long long, char, strtoll); NUMBER(long long, char, strtoll_l, locale_t);
NUMBER(unsigned long, char, strtoul); NUMBER(unsigned long, char, strtoul_l, locale_t);
NUMBER(unsigned long long, char, strtoull); NUMBER(unsigned long long, char, strtoull_l, locale_t);
NUMBER(intmax_t, char, strtoimax); NUMBER(uintmax_t, char, strtoumax);
NUMBER(long, wchar_t, wcstol); NUMBER(long, wchar_t, wcstol_l, locale_t);
NUMBER(long long, wchar_t, wcstoll); NUMBER(long long, wchar_t, wcstoll_l, locale_t);
NUMBER(unsigned long, wchar_t, wcstoul); NUMBER(unsigned long, wchar_t, wcstoul_l, locale_t);
NUMBER(unsigned long long, wchar_t, wcstoull); NUMBER(unsigned long long, wchar_t, wcstoull_l, locale_t);
NUMBER(intmax_t, wchar_t, wcstoimax); NUMBER(uintmax_t, wchar_t, wcstoumax);

static void numbers(void)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", NULL);
	char *end;

	N(strtol, "0b101", 0), N(strtol, "-0B11x", 2), N(strtol, "0b", 0), N(strtol, "0b2", 0), N(strtol, "0b101", 16), N(strtol, "0b1", 10), N(strtol, "0x1b", 0), N(strtol, "017", 0), N(strtol, " +0b1", 0), N(strtol, "0b0b1", 0);
	N(strtol, "0b111111111111111111111111111111111111111111111111111111111111111111", 0), N(strtol, "0b1", 1);
	N(strtol_l, "0b110", 0, c), N(strtoll, "0b111", 2), N(strtoll_l, "-0b1", 0, c);
	N(strtoul, "0b1000", 0), N(strtoul, "-0b1", 0), N(strtoul_l, "0B1001", 2, c), N(strtoull, "0b1010", 0), N(strtoull_l, "0b1011", 0, c), N(strtoimax, "-0b1100", 0), N(strtoumax, "0b1101", 0);
	N(wcstol, L"0b101", 0), N(wcstol, L"0b", 2), N(wcstol, L"0b101", 10), N(wcstol_l, L"-0b110", 0, c), N(wcstoll, L"0B111", 2), N(wcstoll_l, L"0b1", 0, c);
	N(wcstoul, L"0b1000", 0), N(wcstoul_l, L"0b1001", 0, c), N(wcstoull, L"0b1010", 2), N(wcstoull_l, L"0b1011", 0, c), N(wcstoimax, L"-0b1100", 0), N(wcstoumax, L"0b1101", 0);
}

// %i takes a prefix of base two, %d does not.
#define SCAN(name, ...) extern int new_##name(__VA_ARGS__, ...) NAMED(__isoc23_##name) WEAK
#define VSCAN(name, ...) extern int new_##name(__VA_ARGS__, va_list) NAMED(__isoc23_##name) WEAK
#define WITH(own, call) static int own(int unused, ...) { va_list a; va_start(a, unused); int r = call; va_end(a); return r; }
#define S(call) (x = y = -1, n = (call), printf("%s: %d %d %d\n", #call, n, x, y))

SCAN(sscanf, const char *, const char *); SCAN(fscanf, FILE *, const char *); SCAN(scanf, const char *);
SCAN(swscanf, const wchar_t *, const wchar_t *); SCAN(fwscanf, FILE *, const wchar_t *); SCAN(wscanf, const wchar_t *);
VSCAN(vsscanf, const char *, const char *); VSCAN(vfscanf, FILE *, const char *); VSCAN(vscanf, const char *);
VSCAN(vswscanf, const wchar_t *, const wchar_t *); VSCAN(vfwscanf, FILE *, const wchar_t *); VSCAN(vwscanf, const wchar_t *);
WITH(of_text, new_vsscanf("0b11 0b1", "%i %d", a))
WITH(of_file, new_vfscanf(stdin, "%i", a))
WITH(of_input, new_vscanf("%i", a))
WITH(of_wide_text, new_vswscanf(L"0b11 0b1", L"%i %d", a))
WITH(of_wide_file, new_vfwscanf(stdin, L"%i", a))
WITH(of_wide_input, new_vwscanf(L"%i", a))

static void input(const char *text)
{
	int fd[2];

	pipe(fd), write(fd[1], text, strlen(text)), close(fd[1]);
	dup2(fd[0], 0), close(fd[0]);
	freopen("/dev/fd/0", "r", stdin);
}

static void scans(void)
{
	int n, x, y;

	S(new_sscanf("0b101 0b1", "%i %d", &x, &y)), S(new_sscanf("0b2", "%i", &x)), S(new_sscanf("-0B11", "%3i%i", &x, &y)), S(new_sscanf("0x1f 017", "%i %i", &x, &y)), S(of_text(0, &x, &y));
	S(new_swscanf(L"0b101 0b1", L"%i %d", &x, &y)), S(of_wide_text(0, &x, &y));
	input("0b1 0b10 0b11 0b100 "), S(new_fscanf(stdin, "%i", &x)), S(of_file(0, &x)), S(new_scanf("%i", &x)), S(of_input(0, &x));
	input("0b1 0b10 0b11 0b100 "), S(new_fwscanf(stdin, L"%i", &x)), S(of_wide_file(0, &x)), S(new_wscanf(L"%i", &x)), S(of_wide_input(0, &x));
}

// As much as there is room for, always ended; the length that was wanted.
extern size_t strlcpy(char *, const char *, size_t) WEAK, strlcat(char *, const char *, size_t) WEAK, __strlcpy_chk(char *, const char *, size_t, size_t) WEAK, __strlcat_chk(char *, const char *, size_t, size_t) WEAK;
extern size_t wcslcpy(wchar_t *, const wchar_t *, size_t) WEAK, wcslcat(wchar_t *, const wchar_t *, size_t) WEAK, __wcslcpy_chk(wchar_t *, const wchar_t *, size_t, size_t) WEAK, __wcslcat_chk(wchar_t *, const wchar_t *, size_t, size_t) WEAK;

static void copies(void)
{
	char b[8] = "";
	wchar_t w[8] = L"";

	E(strlcpy(b, "abcdef", 4)), T(b), E(strlcpy(b, "ab", 8)), T(b), E(strlcpy(b, "xyz", 0)), T(b);
	E(strlcat(b, "cdefghi", 6)), T(b), E(strlcat(b, "x", 8)), T(b), E(strlcat(b, "tail", 2)), T(b);
	E(__strlcpy_chk(b, "abcdefghi", 8, 8)), T(b), E(__strlcpy_chk(b, "a", 2, 8)), E(__strlcat_chk(b, "bc", 8, 8)), T(b);
	E(wcslcpy(w, L"abcdef", 4)), printf("%ls\n", w), E(wcslcpy(w, L"ab", 8)), E(wcslcpy(w, L"xyz", 0));
	E(wcslcat(w, L"cdefghi", 6)), printf("%ls\n", w), E(wcslcat(w, L"tail", 2)), printf("%ls\n", w);
	E(__wcslcpy_chk(w, L"abcdefghi", 8, 8)), E(__wcslcat_chk(w, L"x", 8, 8)), printf("%ls\n", w);
}

// One byte of a character at a time; a character of any length has as many.
extern size_t mbrtoc8(unsigned char *, const char *, size_t, mbstate_t *) WEAK, c8rtomb(char *, unsigned char, mbstate_t *) WEAK;
#define B(text, n) (c = 0, errno = 0, r = mbrtoc8(&c, text, n, &s), printf("%s %d: %d %#x errno %d\n", #text, n, (int)r, c, errno))
#define C(byte) (memset(b, 0, sizeof(b)), errno = 0, r = c8rtomb(b, byte, &s), printf("%#x: %d %s errno %d\n", byte, (int)r, b, errno))

static void bytes(void)
{
	mbstate_t s = { 0 };
	unsigned char c;
	char b[8];
	int r;

	B("a", 1), B("", 1), B("\xc3\xa9", 2), B("x", 1), B("\xe2\x82\xac", 3), B("", 0), B("x", 1), B("\xf0\x9f\x98\x80", 4), B("x", 1), B("x", 1), B("x", 1);
	B("\xc3", 1), B("\xa9", 1), B("x", 1), B("\xff", 1), memset(&s, 0, sizeof(s)), B("b", 1), B("c", 0);
	E(mbrtoc8(NULL, "x", 1, &s));
	memset(&s, 0, sizeof(s)), C('a'), C(0xc3), C(0xa9), C(0xe2), C(0x82), C(0xac), C(0), C(0xf0), C(0x9f), C(0x98), C(0x80);
	C(0x80), memset(&s, 0, sizeof(s)), C(0xc3), C('x'), memset(&s, 0, sizeof(s)), C(0xff), memset(&s, 0, sizeof(s)), E(c8rtomb(NULL, 'x', &s));
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	setlocale(LC_ALL, "C.UTF-8");
	numbers(), scans(), copies(), bytes();
	return 0;
}
