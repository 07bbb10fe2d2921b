/*
 * strtol() and strtod() and their kin leave errno alone where there is no
 * number: programs that look at errno only, as they may with glibc, would take
 * musl's EINVAL for a failure.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <wchar.h>
#include "../glue.h"

#define INTEGER(T, CHAR, name) \
T __muslown_##name(const CHAR *restrict, CHAR **restrict, int); \
T name(const CHAR *restrict s, CHAR **restrict end, int base) \
{ \
	CHAR *e = (CHAR *)s; \
	int before = errno; \
	T r = __muslown_##name(s, &e, base); \
	if (base == 1 || (unsigned)base > 36) return 0; \
	if (e == s) errno = before; \
	if (end) *end = e; \
	return r; \
}

#define FLOATING(T, CHAR, name) \
T __muslown_##name(const CHAR *restrict, CHAR **restrict); \
T name(const CHAR *restrict s, CHAR **restrict end) \
{ \
	CHAR *e = (CHAR *)s; \
	int before = errno; \
	T r = __muslown_##name(s, &e); \
	if (e == s) errno = before; \
	if (end) *end = e; \
	return r; \
}

INTEGER(long, char, strtol)
INTEGER(unsigned long, char, strtoul)
INTEGER(long, wchar_t, wcstol)
INTEGER(unsigned long, wchar_t, wcstoul)
FLOATING(float, char, strtof)
FLOATING(double, char, strtod)
FLOATING(long double, char, strtold)
FLOATING(float, wchar_t, wcstof)
FLOATING(double, wchar_t, wcstod)
FLOATING(long double, wchar_t, wcstold)
