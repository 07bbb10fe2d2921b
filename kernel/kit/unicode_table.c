/* Prints kernel/glue/wchar/unicode_table.h: what this machine's glibc says of characters in C.UTF-8.
 *
 *	cc -o unicode_table kernel/kit/unicode_table.c && ./unicode_table > kernel/glue/wchar/unicode_table.h
 */
#define _XOPEN_SOURCE 700
#include <gnu/libc-version.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define LAST 0x10ffff

static const char *const classes[] = { "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit" };

struct kind { int classes, width, upper, lower, title; };

static struct kind kind_of(wint_t c)
{
	struct kind k = { 0, wcwidth(c), towupper(c) - c, towlower(c) - c, towctrans(c, wctrans("totitle")) - c };

	for (unsigned i = 0; i < sizeof classes / sizeof *classes; i++)
		k.classes |= !!iswctype(c, wctype(classes[i])) << i;
	return k;
}

int main(void)
{
	static struct kind kinds[2048];
	unsigned n = 0, last = -1, column = 0;

	if (!setlocale(LC_ALL, "C.UTF-8"))
		return 1;
	printf("/* Characters as glibc %s has them, by kernel/kit/unicode_table.c. */\nRUNS(", gnu_get_libc_version());
	for (wint_t c = 0; c <= LAST; c++) {
		struct kind k = kind_of(c);
		unsigned i = 0;

		while (i < n && memcmp(&kinds[i], &k, sizeof k))
			i++;
		if (i == n) {
			if (n == 2048)
				return 1;
			kinds[n++] = k;
		}
		if (i != last)
			printf("%s0x%x", column++ % 12 ? ", " : column > 1 ? ",\n" : "\n", c << 11 | i);
		last = i;
	}
	printf(")\n");
	for (unsigned i = 0; i < n; i++)
		printf("KIND(0x%x, %d, %d, %d, %d)\n", kinds[i].classes, kinds[i].width, kinds[i].upper, kinds[i].lower, kinds[i].title);
	fprintf(stderr, "%u runs, %u kinds\n", column, n);
	return 0;
}
