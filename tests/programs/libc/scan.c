/* scanf() and its kin, number by number and conversion by conversion. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static const char *ints[] = { "0", "12", "-7", "+5", "0x1F", "0x", "0xg", "017", "08", "0b101", "0b2", "-0b11", "  42 rest", "99999999999999999999", "-99999999999999999999",
	"2147483648", "-2147483649", "", " ", "abc", "+", "-", "+-1", "1,234", "1e3", "٣", "0x1.8p3", "00x1", "0B1", "0X1f" };
static const char *reals[] = { "1.5", "-.5", "5.", ".", "1e5", "1e", "1e+", "1e+x", "0x1.8p3", "0x1p", "0x.8", "inf", "infinity", "infinit", "INF", "nan", "nan(12)", "nan(1", "nan()", "nax",
	"1e400", "-1e400", "1e-400", "3.4e39", "1.7976931348623157e308", "1,5", "--1", "0x", "e5", "0e0", "123456789012345678901234567890" };

static void integers(const char *f)
{
	printf("%s:", f);
	for (unsigned i = 0; i < sizeof ints / sizeof *ints; i++) {
		long v = 0x5555;
		int n = -1;
		char fmt[32];
		sprintf(fmt, "%s%%n", f);
		int r = sscanf(ints[i], fmt, &v, &n);
		printf(" %d/%lx/%d", r, v, n);
	}
	printf("\n");
}

static void floats(void)
{
	for (unsigned i = 0; i < sizeof reals / sizeof *reals; i++) {
		float f = -2;
		double d = -2;
		long double l = -2;
		int n = -1, m = -1, k = -1;
		errno = 0;
		int a = sscanf(reals[i], "%f%n", &f, &n), e1 = errno, b = sscanf(reals[i], "%lg%n", &d, &m), c = sscanf(reals[i], "%La%n", &l, &k);
		char *end;
		errno = 0;
		double s = strtod(reals[i], &end);
		printf("%s: %d %a %d %d, %d %a %d, %d %.21Lg %d, %a %d %d\n", reals[i], a, f, n, e1, b, d, m, c, l, k, s, (int)(end - reals[i]), errno);
	}
}

#define TRY(in, f, ...) do { int r = sscanf(in, f, __VA_ARGS__); printf("[%s] [%s] %d:", in, f, r); } while (0)

static void strings(void)
{
	char a[32], b[32], *p = NULL, *q = NULL;
	wchar_t w[32], *wp = NULL;
	int n = -1, m = -1;

#define CLEAR memset(a, '.', 31), a[31] = 0, memset(b, '.', 31), b[31] = 0, n = m = -1
	CLEAR; TRY("hello world", "%s %s", a, b); printf(" %s %s\n", a, b);
	CLEAR; TRY("hello", "%3s%s", a, b); printf(" %s %s\n", a, b);
	CLEAR; TRY("hello", "%3c%n", a, &n); printf(" %.8s %d\n", a, n);
	CLEAR; TRY("ab", "%3c%n", a, &n); printf(" %.8s %d\n", a, n);
	CLEAR; TRY("abc123", "%[a-z]%[0-9]", a, b); printf(" %s %s\n", a, b);
	CLEAR; TRY("abc123", "%[^0-9]%n", a, &n); printf(" %s %d\n", a, n);
	CLEAR; TRY("]x-y", "%[]x-]%s", a, b); printf(" %s %s\n", a, b);
	CLEAR; TRY("x]y", "%[^]]%s", a, b); printf(" %s %s\n", a, b);
	CLEAR; TRY("a-b", "%[a-]", a); printf(" %s\n", a);
	CLEAR; TRY("123", "%[a-z]", a); printf(" %s\n", a);
	CLEAR; TRY("", "%[a-z]", a); printf(" %s\n", a);
	CLEAR; TRY("abc", "%*[a-z]%n", &n); printf(" %d\n", n);
	CLEAR; TRY("12 34", "%*d %d%n", &m, &n); printf(" %d %d\n", m, n);
	CLEAR; TRY("50%", "%d%%%n", &m, &n); printf(" %d %d\n", m, n);
	CLEAR; TRY("50 %", "%d%%%n", &m, &n); printf(" %d %d\n", m, n);
	CLEAR; TRY("one two", "%ms %m[a-z]", &p, &q); printf(" %s %s\n", p, q); free(p), free(q), p = q = NULL;
	CLEAR; TRY("abcdef", "%4mc%n", &p, &n); printf(" %.4s %d\n", p, n); free(p), p = NULL;
	CLEAR; TRY("wide", "%ls", w); printf(" %ls\n", w);
	CLEAR; TRY("wide", "%2lc", w); printf(" %.2ls\n", w);
	CLEAR; TRY("wide", "%S", w); printf(" %ls\n", w);
	CLEAR; TRY("wide", "%2C", w); printf(" %.2ls\n", w);
	CLEAR; TRY("wide", "%l[a-z]", w); printf(" %ls\n", w);
	CLEAR; TRY("wide more", "%mls %d", &wp, &n); printf(" %ls %d\n", wp, n); free(wp);
	CLEAR; TRY("1:2", "%2$d:%1$d", &m, &n); printf(" %d %d\n", m, n);
	CLEAR; TRY("a b", "a%n b%n", &m, &n); printf(" %d %d\n", m, n);
	CLEAR; TRY("ab", "a b%n", &n); printf(" %d\n", n);
	CLEAR; TRY("0x1234", "%p", (void **)&p); printf(" %p\n", p);
	CLEAR; TRY("1,234,567", "%'d%n", &m, &n); printf(" %d %d\n", m, n);
	CLEAR; TRY("12 x", "%d %n", &m, &n); printf(" %d %d\n", m, n);
	CLEAR; TRY("  ", "%n", &n); printf(" %d\n", n);
	CLEAR; TRY("abc", "x%n", &n); printf(" %d\n", n);
	CLEAR; TRY("3", "%0d", &n); printf(" %d\n", n);
	CLEAR; TRY("12345", "%3i%n", &m, &n); printf(" %d %d\n", m, n);
	CLEAR; TRY("0x12", "%3i%n", &m, &n); printf(" %d %d\n", m, n);
	CLEAR; TRY("0x12", "%1i%n", &m, &n); printf(" %d %d\n", m, n);
	CLEAR; TRY("0x12", "%2i%n", &m, &n); printf(" %d %d\n", m, n);
	CLEAR; TRY("-0x12", "%x%n", (unsigned *)&m, &n); printf(" %d %d\n", m, n);
	CLEAR; TRY("1e", "%3g%n", (float *)&m, &n); printf(" %x %d\n", m, n);
	signed char hh = 1; short h = 1; long long ll = 1; intmax_t j = 1; size_t z = 1; ptrdiff_t t = 1;
	printf("%d", sscanf("300 70000 5 6 7 8", "%hhd %hd %lld %jd %zu %td", &hh, &h, &ll, &j, &z, &t));
	printf(" %d %d %lld %jd %zu %td\n", hh, h, ll, j, z, t);
	ll = 1;
	printf("%d", sscanf("77 78", "%Ld %qd", &ll, &j));
	printf(" %lld %jd\n", ll, j);
}

static void wide(void)
{
	wchar_t w[32], *p = NULL;
	char a[32];
	int n = -1, m = -1;
	double d = 0;

	printf("%d", swscanf(L"12 abc 3.5", L"%d %ls %lf%n", &m, w, &d, &n)); printf(" %d %ls %g %d\n", m, w, d, n);
	printf("%d", swscanf(L"abc def", L"%s %l[d-f]%n", a, w, &n)); printf(" %s %ls %d\n", a, w, n);
	printf("%d", swscanf(L"abc", L"%2c%lc", a, w)); printf(" %.2s %.1ls\n", a, w);
	printf("%d", swscanf(L"word", L"%mls", &p)); printf(" %ls\n", p); free(p);
	printf("%d", swscanf(L"0x1f", L"%i", &n)); printf(" %d\n", n);
	printf("%d", swscanf(L"", L"%d", &n)); printf(" %d\n", n);
	printf("%d", swscanf(L"x", L"%d", &n)); printf(" %d\n", n);
	printf("%d", swscanf(L"]a", L"%[]a]", a)); printf(" %s\n", a);
	for (int base = 0; base <= 36; base += 4)
		for (unsigned i = 0; i < sizeof ints / sizeof *ints; i++) {
			wchar_t in[64], *end;
			swprintf(in, 64, L"%s", ints[i]);
			errno = 0;
			long l = wcstol(in, &end, base);
			printf("%ld/%d/%d ", l, (int)(end - in), errno);
			errno = 0;
			unsigned long u = wcstoul(in, &end, base);
			printf("%lu/%d/%d ", u, (int)(end - in), errno);
		}
	printf("\n");
	for (unsigned i = 0; i < sizeof reals / sizeof *reals; i++) {
		wchar_t in[64], *end;
		swprintf(in, 64, L"%s", reals[i]);
		errno = 0;
		printf("%a", wcstod(in, &end)); printf("/%d/%d", (int)(end - in), errno);
		printf(" %a %.21Lg, ", wcstof(in, NULL), wcstold(in, NULL));
	}
	printf("\n");
}

static void numbers(void)
{
	for (int base = -1; base <= 37; base++) {
		printf("base %d:", base);
		for (unsigned i = 0; i < sizeof ints / sizeof *ints; i++) {
			char *end = NULL;
			errno = 0;
			long l = strtol(ints[i], &end, base);
			printf(" %ld/%d/%d", l, end ? (int)(end - ints[i]) : -9, errno);
			errno = 0;
			unsigned long u = strtoul(ints[i], &end, base);
			printf("/%lu/%d", u, errno);
			errno = 0;
			printf("/%jd/%ju", strtoimax(ints[i], NULL, base), strtoumax(ints[i], NULL, base));
			printf("/%lld/%llu/%d", strtoll(ints[i], NULL, base), strtoull(ints[i], NULL, base), errno);
		}
		printf("\n");
	}
	for (unsigned i = 0; i < sizeof ints / sizeof *ints; i++)
		printf("%d %ld %lld %g|", atoi(ints[i]), atol(ints[i]), atoll(ints[i]), atof(ints[i]));
	printf("\n");
}

static void files(void)
{
	FILE *f = tmpfile();
	int a = -1, b = -1, n = -1;
	char s[16] = "", c = 0;
	wchar_t w[16] = L"";

	fputs("12 abc 0x\n-5zzz 1e+ 77", f);
	rewind(f);
	printf("%d", fscanf(f, "%d%15s", &a, s)); printf(" %d %s\n", a, s);
	printf("%d", fscanf(f, "%i", &b)); c = getc(f); printf(" %d next %d\n", b, c);
	printf("%d", fscanf(f, "%d%n", &b, &n)); c = getc(f); printf(" %d %d next %d at %ld\n", b, n, c, ftell(f));
	double d = 9;
	fscanf(f, "%15s", s);
	printf("%d", fscanf(f, "%lf", &d)); printf(" %g at %ld\n", d, ftell(f));
	printf("%d", fscanf(f, "%d", &a)); printf(" %d eof %d\n", a, feof(f));
	printf("%d", fscanf(f, "%d", &a)); printf(" %d eof %d err %d\n", a, feof(f), ferror(f));
	fclose(f);
	f = tmpfile();
	fputws(L"34 xyz 8", f), rewind(f);
	printf("%d", fwscanf(f, L"%d %ls", &a, w)); printf(" %d %ls\n", a, w);
	printf("%d", fwscanf(f, L"%d", &a)); printf(" %d\n", a);
	printf("%d\n", fwscanf(f, L"%d", &a));
	fclose(f);
}

int main(void)
{
	static const char *const f[] = { "%d", "%i", "%u", "%o", "%x", "%X", "%ld", "%2d", "%3i", "%hhd", "%hd", "%5x", "%lu", "%li" };
	for (unsigned i = 0; i < sizeof f / sizeof *f; i++)
		integers(f[i]);
	floats(), strings(), wide(), numbers(), files();
	return 0;
}
