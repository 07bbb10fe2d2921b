/* strftime(), see format.c. */
#include "locale_impl.h"
#include "format.h"

size_t strftime_l(char *restrict s, size_t n, const char *restrict f, const struct tm *restrict tm, locale_t loc)
{
	return uk_strftime(s, n, f, tm, loc, 0);
}

size_t strftime(char *restrict s, size_t n, const char *restrict f, const struct tm *restrict tm)
{
	return uk_strftime(s, n, f, tm, CURRENT_LOCALE, 0);
}
