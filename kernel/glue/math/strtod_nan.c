/* nan("payload"): glibc's libm has the text read by libc. Letters, digits and _ up to END_AT are
 * a payload if all of them are one number, as strtoull() reads numbers. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>

static const char *payload(const char *s, char **end, char end_at, unsigned long long *bits)
{
	const char *e = s;
	char *number_end;

	while (*e >= '0' && *e <= '9' || *e >= 'A' && *e <= 'Z' || *e >= 'a' && *e <= 'z' || *e == '_')
		e++;
	*bits = 0;
	if (*e == end_at) {
		unsigned long long v = strtoull(s, &number_end, 0);
		if (number_end == e)
			*bits = v;
	}
	if (end)
		*end = (char *)e;
	return e;
}

#define QUIET(T, U, quiet, mask) \
	unsigned long long p; \
	union { T f; U bits; } u = { .f = 0 }; \
	payload(s, end, end_at, &p); \
	u.bits = quiet | p & mask; \
	return u.f;

float __strtof_nan(const char *s, char **end, char end_at) { QUIET(float, uint32_t, 0x7fc00000u, 0x3fffffu) }
double __strtod_nan(const char *s, char **end, char end_at) { QUIET(double, uint64_t, 0x7ff8000000000000u, 0x7ffffffffffffu) }

long double __strtold_nan(const char *s, char **end, char end_at)
{
	unsigned long long p;
	union { long double f; struct { uint64_t m; uint16_t e; }; } u = { .f = 0 };

	payload(s, end, end_at, &p);
	u.m = 0xc000000000000000u | p & 0x3fffffffffffffffu;
	u.e = 0x7fff;
	return u.f;
}

__float128 __strtof128_nan(const char *s, char **end, char end_at)
{
	unsigned long long p;
	union { __float128 f; uint64_t w[2]; } u;

	payload(s, end, end_at, &p);
	u.w[0] = p;
	u.w[1] = 0x7fff800000000000u;
	return u.f;
}

double nan(const char *s) { return __strtod_nan(s, 0, 0); }
float nanf(const char *s) { return __strtof_nan(s, 0, 0); }
long double nanl(const char *s) { return __strtold_nan(s, 0, 0); }
