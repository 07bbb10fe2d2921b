/* What strtol() and its kin are called in programs compiled as C23: "0b101" is a number too. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <wchar.h>
#include <wctype.h>

/* Without a binary prefix that BASE admits, the plain function does it. */
#define FAMILY(CHAR, SPACE, name, parse, TYPE, MIN, MAX, SIGNED) \
TYPE __uk_##name##_c23(const CHAR *s, CHAR **end, int base) \
{ \
	const CHAR *p = s; \
	int minus = 0; \
	while (SPACE(*p)) p++; \
	if (*p == '+' || *p == '-') minus = *p++ == '-'; \
	if ((base != 0 && base != 2) || p[0] != '0' || (p[1] | 32) != 'b' || (p[2] != '0' && p[2] != '1')) \
		return name(s, end, base); \
	unsigned long v = parse(p + 2, end, 2); \
	if (SIGNED && v > (unsigned long)MAX + minus) { \
		errno = ERANGE; \
		return minus ? MIN : MAX; \
	} \
	return minus ? -v : v; \
}

FAMILY(char, isspace, strtol, strtoul, long, LONG_MIN, LONG_MAX, 1)
FAMILY(char, isspace, strtoll, strtoul, long long, LONG_MIN, LONG_MAX, 1)
FAMILY(char, isspace, strtoul, strtoul, unsigned long, 0, ULONG_MAX, 0)
FAMILY(char, isspace, strtoull, strtoul, unsigned long long, 0, ULONG_MAX, 0)
FAMILY(wchar_t, iswspace, wcstol, wcstoul, long, LONG_MIN, LONG_MAX, 1)
FAMILY(wchar_t, iswspace, wcstoll, wcstoul, long long, LONG_MIN, LONG_MAX, 1)
FAMILY(wchar_t, iswspace, wcstoul, wcstoul, unsigned long, 0, ULONG_MAX, 0)
FAMILY(wchar_t, iswspace, wcstoull, wcstoul, unsigned long long, 0, ULONG_MAX, 0)
