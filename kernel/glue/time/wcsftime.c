/* wcsftime(), see format.c. */
#include <wchar.h>
#include "locale_impl.h"
#include "format.h"
#include "../glue.h"

size_t wcsftime_l(wchar_t *restrict s, size_t n, const wchar_t *restrict f, const struct tm *restrict tm, locale_t loc)
{
	return uk_strftime(s, n, f, tm, loc, 1);
}
weak_alias(wcsftime_l, __wcsftime_l);

size_t wcsftime(wchar_t *restrict s, size_t n, const wchar_t *restrict f, const struct tm *restrict tm)
{
	return uk_strftime(s, n, f, tm, CURRENT_LOCALE, 1);
}
