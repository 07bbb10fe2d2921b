/* The other case of wide characters. */
#include <string.h>
#include "../glue.h"
#include "../locale/locale_object.h"
#include "unicode.h"

static wint_t upper(wint_t c, int utf8) { return c + uk_kind(c, utf8)->upper; }
static wint_t lower(wint_t c, int utf8) { return c + uk_kind(c, utf8)->lower; }

wint_t towupper(wint_t c) { return upper(c, CURRENT_UTF8); }
wint_t towlower(wint_t c) { return lower(c, CURRENT_UTF8); }
wint_t towupper_l(wint_t c, locale_t l) { return upper(c, UTF8_OF(l)); }
wint_t towlower_l(wint_t c, locale_t l) { return lower(c, UTF8_OF(l)); }
weak_alias(towupper_l, __towupper_l);
weak_alias(towlower_l, __towlower_l);

static wint_t change(wint_t c, wctrans_t how, int utf8)
{
	const struct kind *k = uk_kind(c, utf8);

	switch ((long)how) {
	case 1:
		return c + k->upper;
	case 2:
		return c + k->lower;
	case 3:
		return c + k->title;
	}
	return c;
}

wint_t towctrans(wint_t c, wctrans_t how) { return change(c, how, CURRENT_UTF8); }
wint_t towctrans_l(wint_t c, wctrans_t how, locale_t l) { return change(c, how, UTF8_OF(l)); }
weak_alias(towctrans_l, __towctrans_l);

/* Titles are of Unicode's locale alone. */
static wctrans_t find(const char *name, int utf8)
{
	static const char *const names[] = { "toupper", "tolower", "totitle" };

	for (long i = 0; i < 2 + utf8; i++)
		if (!strcmp(name, names[i]))
			return (wctrans_t)(i + 1);
	return 0;
}

wctrans_t wctrans(const char *name) { return find(name, CURRENT_UTF8); }
wctrans_t wctrans_l(const char *name, locale_t l) { return find(name, UTF8_OF(l)); }
weak_alias(wctrans_l, __wctrans_l);

static int compare(const wchar_t *a, const wchar_t *b, size_t n, int utf8)
{
	for (; n; n--, a++, b++) {
		wint_t x = lower(*a, utf8), y = lower(*b, utf8);

		if (x != y || !x)
			return x - y;
	}
	return 0;
}

int wcscasecmp(const wchar_t *a, const wchar_t *b) { return compare(a, b, -1, CURRENT_UTF8); }
int wcscasecmp_l(const wchar_t *a, const wchar_t *b, locale_t l) { return compare(a, b, -1, UTF8_OF(l)); }
int wcsncasecmp(const wchar_t *a, const wchar_t *b, size_t n) { return compare(a, b, n, CURRENT_UTF8); }
int wcsncasecmp_l(const wchar_t *a, const wchar_t *b, size_t n, locale_t l) { return compare(a, b, n, UTF8_OF(l)); }
