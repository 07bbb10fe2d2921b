/* Locales "C" and "C.UTF-8", wide and multibyte characters, classification. */
#define _GNU_SOURCE
#include <ctype.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

int main(void)
{
	wchar_t w[32];
	char b[64];
	int n = 0;

	printf("%s %s\n", setlocale(LC_ALL, NULL), localeconv()->decimal_point);
	printf("%d\n", setlocale(LC_ALL, "no_SUCH.locale") == NULL);
	printf("%s\n", setlocale(LC_ALL, "C.UTF-8"));
	printf("%s %zu\n", nl_langinfo(CODESET), MB_CUR_MAX);
	size_t len = mbstowcs(w, "na\xc3\xafve \xe2\x82\xac \xf0\x9f\x98\x80", 32);
	printf("%zu: %x %x %x\n", len, (unsigned)w[2], (unsigned)w[6], (unsigned)w[8]);
	printf("%zu <%s>\n", wcstombs(b, w, sizeof b), b);
	printf("%ls|%lc|%5.3ls|\n", w, (wint_t)0x20ac, L"abcdef");
	printf("%d\n", mbtowc(w, "\xff", 1));
	for (int c = 0; c < 256; c++)
		n = n * 31 + !!isalpha(c) + 2 * !!isdigit(c) + 4 * !!isspace(c) + 8 * !!ispunct(c) + 16 * !!iscntrl(c) + 32 * !!isupper(c) + 64 * !!isxdigit(c) + tolower(c);
	printf("classes %d\n", n);
	printf("%d %d %lc\n", iswalpha(0xe9) != 0, iswupper(0xc9) != 0, towupper(0xe9));
	printf("%ld %f\n", wcstol(L" -77x", NULL, 10), wcstod(L"2.5e3", NULL));
	printf("%zu %d %ls\n", wcslen(L"four"), wcscmp(L"a", L"b") < 0, wcsstr(L"haystack", L"st"));
	swprintf(w, 32, L"%d-%s", 5, "narrow");
	printf("%ls\n", w);
	printf("%d %d\n", strcoll("a", "b") < 0, strcasecmp("HeLLo", "hEllO"));
	return 0;
}
