/* time/format.c: strftime() for char or, if WIDE, wchar_t; N counts them. */
#include <locale.h>
#include <stddef.h>
#include <time.h>
#include <features.h>

hidden size_t uk_strftime(void *s, size_t n, const void *f, const struct tm *tm, locale_t loc, int wide);
