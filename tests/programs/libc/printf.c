// printf() beyond C: GNU's conversions, flags and lengths, what is no
// conversion, strings that are not there, wide formats.
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static void show(const char *format, ...)
{
	char s[400] = "";
	va_list ap;
	int n;

	va_start(ap, format);
	errno = 0;
	n = vsnprintf(s, sizeof s, format, ap);
	va_end(ap);
	printf("%s -> ", format);
	printf("%d", n);
	if (n < 0)
		printf(" errno %d", errno);
	else
		printf(" [%s]", s);
	printf("\n");
}

static void wide(const wchar_t *format, ...)
{
	wchar_t s[200] = L"";
	va_list ap;
	int n;

	va_start(ap, format);
	errno = 0;
	n = vswprintf(s, 200, format, ap);
	va_end(ap);
	printf("wide ");
	for (const wchar_t *f = format; *f; f++)
		putchar(*f < 0x80 ? *f : '?');
	printf(" -> %d", n);
	if (n < 0)
		printf(" errno %d", errno);
	else
		for (int i = 0; i < n; i++)
			printf(" %x", (unsigned)s[i]);
	printf("\n");
}

int main(void)
{
	long long big = 0x123456789abcdef0;
	int count = 0;

	for (int l = 0; l < 2; l++) {
		setlocale(LC_ALL, l ? "C.UTF-8" : "C");
		show("%p %p", NULL, (void *)0x1234), show("%10p|%-10p|%.8p|%010p", NULL, NULL, NULL, NULL), show("%20p|%-20p|%.8p", (void *)0xabc, (void *)0xabc, (void *)0xabc);
		show("%b %B %#b %#B %08b %.5b %lb %llb %hhb %#b", 5, 5, 5, 6, 5, 2, 9L, big, 0x1ff, 0);
		show("%#10b|%-#10b|%#010b", 5, 5, 5);
		show("%'d %'.2f %'u", 1234567, 1234567.5, 7u), show("%Id %'Id %I5d|", 42, 43, 44);
		show("%Ld %Lu %Lx %qd %qu %qx", big, big, big, big, big, big), show("%Zd %Zu", (size_t)5, (size_t)6);
		show("%llf %llg", 1.5L, 2.5L), show("%lf %Lf", 1.5, 2.5L);
		show("%C|%5C|%-5C|%lc", L'a', L'b', L'c', L'd'), show("%S|%.2S|%6S|%ls", L"abc", L"abc", L"abc", L"x");
		show("%ls|%.3ls|%.6ls|%10ls", NULL, NULL, NULL, NULL), show("%s|%.3s|%.5s|%.6s|%10s|%-10s|", NULL, NULL, NULL, NULL, NULL, NULL);
		show("%lc|", L'\xe9'), show("%ls|", L"a\xe9z"), show("%.2ls|%.3ls|", L"a\xe9z", L"a\xe9z"), show("%lc|", 0), show("%5lc|", 0);
		show("100%!"), show("%y|%-5y|%05.3y|%#'y", 1), show("50%, %w"), show("%"), show("%-"), show("a%5");
		show("%é"), show("%v%d", 3);
		show("%2$s %1$s", "one", "two"), show("%1$d %1$x %2$*3$d|", 17, 5, 6), show("%3$d %1$s %2$c", "s", 'c', 9);
		show("%.0d|%.0x|%+.0d|%5.0d|", 0, 0, 0, 0), show("%+d % d %+u", 5, 5, 5u), show("%#o %#x %#X %#o", 8, 255, 255, 0), show("%-08d|%+08d|%08.3d|", 5, 5, 5);
		show("%hhd %hd %hhu %hu", 300, 70000, 300, 70000), show("%jd %zd %td", (intmax_t)-1, (ssize_t)-2, (ptrdiff_t)-3);
		show("%m"), errno = ENOENT, show("%10m|");
		show("%*d|%-*d|%*d", 5, 1, 5, 2, -5, 3), show("%.*d|%.*s|", -1, 5, -1, "abc"), show("%c%c", 0x41, 0xe9);
		printf("%d%n\n", 12345, &count), printf("%d\n", count);
		show("%99999999999d", 1);
		errno = 0, count = snprintf((char[10]){ 0 }, (size_t)INT_MAX + 2, "abc"), printf("%d %d\n", count, errno);
		show("%e %g %G %a %A", 12345.678, 1e-5, 1e20, 1.0, 0.5), show("%f %F %e", 1.0 / 0, -1.0 / 0, 0.0 / 0), show("%010f|%-10f|%+f", 1.0 / 0, 1.0 / 0, 1.0 / 0);
		show("%#g %#.0f %.0e %#.0e", 1.0, 1.0, 12345.0, 12345.0), show("%.3a %.0a %.20a %#.0a", 1.999, 1.5, 1.1, 1.0), show("%.50f", 0.1), show("%.15Lf", 0.1L);
		wide(L"%d %s %ls", 5, "abc", L"xyz"), wide(L"%p %p", NULL, (void *)0x1234), wide(L"%b %#b", 5, 5), wide(L"%c|%lc|%5lc|%-5lc|%5c", 'a', l ? L'\xe9' : L'e', L'b', L'c', 'd');
		wide(L"%s|%.3s|%ls|%.6ls", NULL, NULL, NULL, NULL), wide(L"%.2s|%.2ls|%5s|%-5s|", "abc", L"abc", "ab", "ab"), wide(L"%Ld %qd %Id", big, big, 5);
		wide(L"%y|%-5y"), wide(L"%"), wide(L"%f %e %a %10.3f|", 1.5, 2.5, 1.0, 3.14159), wide(L"%C %S", L'x', L"yz"), wide(L"%2$ls %1$d", 5, L"pos"), wide(L"%s", "\xe9"), wide(L"%s", "é");
		wide(L"%1$s %1$s", "r"), wide(L"%*d|%.*s|", 5, 1, 2, "abc"), wide(L"%hhd %hd %jd %zu", 300, 70000, (intmax_t)-1, (size_t)9), wide(L"%m");
	}
	char *out = NULL;
	printf("asprintf %d\n", asprintf(&out, "%s-%d", "x", 5));
	printf("%s\n", out);
	wchar_t small[3];
	printf("swprintf %d\n", swprintf(small, 3, L"%d", 12345));
	printf("swprintf %d\n", swprintf(small, 3, L"%d", 12));
	printf("swprintf %d\n", swprintf(small, 0, L"%d", 12));
	return 0;
}
