/*
 * Mathematical functions that report errors in errno, as glibc's do: musl's only raise exceptions.
 * The values come from musl's own (__muslown_NAME, kernel/musl/redefine.txt).
 */
#include <errno.h>
#include <limits.h>
#include <math.h>

#define FINITE(x) __builtin_isfinite(x)
#define POLE(x) ((x) == 0)

/* NAME(x) with RULE after it; R is the result. */
#define UNARY(T, name, rule) \
T __muslown_##name(T); \
T name(T x) \
{ \
	T r = __muslown_##name(x); \
	rule; \
	return r; \
}

/* An argument without result is outside of the domain; a range is left by overflow and by a result of zero. */
#define DOMAIN if (r != r && x == x) errno = EDOM
#define EXP if (FINITE(x) && (r == 0 || !FINITE(r))) errno = ERANGE
#define LOG if (r != r && x == x) errno = EDOM; else if (x == 0) errno = ERANGE
#define LOG1P if (r != r && x == x) errno = EDOM; else if (x == -1) errno = ERANGE
#define EXPM1 if (FINITE(x) && !FINITE(r)) errno = ERANGE
#define SIGNIFICAND if (x == 0 || !FINITE(x)) errno = EDOM

UNARY(long double, acosl, DOMAIN)
UNARY(double, exp, EXP)
UNARY(float, expf, EXP; else if (x < -0x1.9d1d9ep6f && FINITE(x)) errno = ERANGE)	/* what rounds to 0x1p-149 */
UNARY(double, exp2, EXP)
UNARY(float, exp2f, EXP; else if (x < -149 && FINITE(x)) errno = ERANGE)
UNARY(float, expm1f, EXPM1)
UNARY(double, log, LOG)
UNARY(float, logf, LOG)
UNARY(long double, logl, LOG)
UNARY(double, log2, LOG)
UNARY(float, log2f, LOG)
UNARY(long double, log2l, LOG)
UNARY(long double, log10l, LOG)
UNARY(long double, log1pl, LOG1P)
UNARY(double, sqrt, DOMAIN)
UNARY(float, sqrtf, DOMAIN)
UNARY(long double, sqrtl, DOMAIN)
UNARY(double, significand, SIGNIFICAND)
UNARY(float, significandf, SIGNIFICAND)

#define BINARY(T, name, T2, rule) \
T __muslown_##name(T, T2); \
T name(T x, T2 y) \
{ \
	T r = __muslown_##name(x, y); \
	rule; \
	return r; \
}

#define POW if (FINITE(x) && FINITE(y) && !FINITE(r)) errno = r != r ? EDOM : ERANGE; else if (r == 0 && x != 0 && FINITE(x) && FINITE(y)) errno = ERANGE
#define MOD if (r != r && x == x && y == y) errno = EDOM
#define DIFFERENCE if (!FINITE(r) && FINITE(x) && FINITE(y)) errno = ERANGE
#define SCALE if (FINITE(x) && x != 0 && (r == 0 || !FINITE(r))) errno = ERANGE
/* Not of a step away from zero. */
#define NEXT(T, min) if (x == x && y == y && x != y && x != 0 && (!FINITE(r) || r < min && r > -min)) errno = ERANGE

#define SCALB if (r != r && x == x && y == y) errno = EDOM; else if (__builtin_isinf(r) && FINITE(x) && !__builtin_isinf(y) || r == 0 && x != 0 && !__builtin_isinf(y)) errno = ERANGE
#define ATAN2 if (r == 0 && x != 0 && FINITE(y)) errno = ERANGE

BINARY(double, scalb, double, SCALB)
BINARY(float, scalbf, float, SCALB)
BINARY(long double, atan2l, long double, ATAN2)
BINARY(double, pow, double, POW)
BINARY(float, powf, float, POW; else if ((r == 0x1p-149f || r == -0x1p-149f) && y * __muslown_log2(x < 0 ? -(double)x : x) < -149) errno = ERANGE)
BINARY(double, fmod, double, MOD)
BINARY(float, fmodf, float, MOD)
BINARY(long double, fmodl, long double, MOD)
BINARY(long double, remainderl, long double, MOD)
BINARY(double, fdim, double, DIFFERENCE)
BINARY(float, fdimf, float, DIFFERENCE)
BINARY(long double, fdiml, long double, DIFFERENCE)
BINARY(double, ldexp, int, SCALE)
BINARY(float, ldexpf, int, SCALE)
BINARY(long double, ldexpl, int, SCALE)
BINARY(double, scalbn, int, SCALE)
BINARY(float, scalbnf, int, SCALE)
BINARY(long double, scalbnl, int, SCALE)
BINARY(double, scalbln, long, SCALE)
BINARY(float, scalblnf, long, SCALE)
BINARY(long double, scalblnl, long, SCALE)
BINARY(double, nextafter, double, NEXT(double, 0x1p-1022))
BINARY(float, nextafterf, float, NEXT(float, 0x1p-126f))
BINARY(long double, nextafterl, long double, NEXT(long double, 0x1p-16382L))
BINARY(double, nexttoward, long double, NEXT(double, 0x1p-1022))
BINARY(float, nexttowardf, long double, NEXT(float, 0x1p-126f))
BINARY(long double, nexttowardl, long double, NEXT(long double, 0x1p-16382L))

/* musl's would overflow on the way where X is large. */
#define REMAINDER(T, name) \
T __muslown_##name(T, T); \
T name(T x, T y) \
{ \
	if (__builtin_isinf(y) && FINITE(x)) \
		return x; \
	T r = __muslown_##name(x, y); \
	MOD; \
	return r; \
}

REMAINDER(double, remainder)
REMAINDER(float, remainderf)

double drem(double x, double y) { return remainder(x, y); }
float dremf(float x, float y) { return remainderf(x, y); }

#define INTEGRAL(T, name) \
int __muslown_##name(T); \
int name(T x) \
{ \
	if (x == 0 || !FINITE(x)) \
		errno = EDOM; \
	return __muslown_##name(x); \
}

INTEGRAL(double, ilogb)
INTEGRAL(float, ilogbf)
INTEGRAL(long double, ilogbl)
