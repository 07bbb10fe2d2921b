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

/* QUICK: whether the number is in r, and where it ends in *end, already. */
#define FLOATING_OR(T, CHAR, name, quick) \
T __muslown_##name(const CHAR *restrict, CHAR **restrict); \
T name(const CHAR *restrict s, CHAR **restrict end) \
{ \
	CHAR *e = (CHAR *)s; \
	int before = errno; \
	T r; \
	if (quick) return r; \
	r = __muslown_##name(s, &e); \
	if (e == s) errno = before; \
	if (end) *end = e; \
	return r; \
}

#define FLOATING(T, CHAR, name) FLOATING_OR(T, CHAR, name, 0)

INTEGER(long, char, strtol)
INTEGER(unsigned long, char, strtoul)
INTEGER(long, wchar_t, wcstol)
INTEGER(unsigned long, wchar_t, wcstoul)
FLOATING(float, char, strtof)
FLOATING(long double, char, strtold)

/*
 * Most numbers have few digits: a whole number that a double holds exactly, times or by a power of ten that one holds too, is
 * rounded once by the processor, in the mode that it is in (Clinger 1990). Anything else is false.
 */
static int few_digits(const char *s, char **end, double *value)
{
	static const double power[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
		1e19, 1e20, 1e21, 1e22 };
	const char *p = s;
	unsigned long m = 0;
	int minus = *p == '-', digits = 0, point = 0, e = 0, more = 0, below;

	p += minus || *p == '+';
	if (*p == '0' && (p[1] | 32) == 'x')
		return 0;
	for (; ; p++) {
		if (*p - '0' < 10u && digits < 18)
			m = m * 10 + (*p - '0'), digits++, e -= point;
		else if (*p == '.' && !point)
			point = 1;
		else
			break;
	}
	if (!digits || *p - '0' < 10u || !m || m > 1ul << 53)
		return 0;
	if ((*p | 32) == 'e') {
		p++;
		below = *p == '-';
		p += below || *p == '+';
		if (*p - '0' >= 10u)
			return 0;
		for (; *p - '0' < 10u; p++)
			more = more < 1000 ? more * 10 + (*p - '0') : more;
		e += below ? -more : more;
	}
	if (e < -22 || e > 22)
		return 0;
	*value = minus ? -(double)m : (double)m;
	*value = e < 0 ? *value / power[-e] : *value * power[e];
	if (end)
		*end = (char *)p;
	return 1;
}

FLOATING_OR(double, char, strtod, few_digits(s, end, &r))
FLOATING(float, wchar_t, wcstof)
FLOATING(double, wchar_t, wcstod)
FLOATING(long double, wchar_t, wcstold)
