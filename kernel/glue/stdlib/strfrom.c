/* strfromd(), strfromf(), strfroml(): one number by a printf format without length modifier. */
#include <stdio.h>
#include <string.h>
#include "../glue.h"

int strfroml(char *s, size_t n, const char *fmt, long double v)
{
	char with_l[32];
	size_t len = strlen(fmt);

	if (!len || len > sizeof with_l - 2)
		return -1;
	memcpy(with_l, fmt, len - 1);
	with_l[len - 1] = 'L';
	with_l[len] = fmt[len - 1];
	with_l[len + 1] = 0;
	return snprintf(s, n, with_l, v);
}
int strfromd(char *s, size_t n, const char *fmt, double v) { return snprintf(s, n, fmt, v); }
int strfromf(char *s, size_t n, const char *fmt, float v) { return snprintf(s, n, fmt, v); }
weak_alias(strfromf, strfromf32);
weak_alias(strfromd, strfromf64);
weak_alias(strfromd, strfromf32x);
weak_alias(strfroml, strfromf64x);
