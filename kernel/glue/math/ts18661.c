/*
 * The functions of C23 (TS 18661) for the three types: rounding to even,
 * minima and maxima, neighbours, total order, integer conversions.
 */
#include <errno.h>
#include <fenv.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>

/* Whether A comes before or is B in the order -NaN < -inf < ... < -0 < +0 < ... < inf < NaN, by sign and bits. */
static int order(int nega, uint64_t hia, uint64_t loa, int negb, uint64_t hib, uint64_t lob)
{
	int less;

	if (nega != negb)
		return nega;
	less = hia != hib ? hia < hib : loa <= lob;
	return nega ? (hia != hib ? hia > hib : loa >= lob) : less;
}

/* A number that is none of WIDTH bits: the nearest one that is. */
static intmax_t outside(int negative, unsigned width)
{
	feraiseexcept(FE_INVALID);
	errno = EDOM;
	if (!width)
		return 0;
	return negative ? -1L << (width - 1) : (intmax_t)((1UL << (width - 1)) - 1);
}

static uintmax_t uoutside(int negative, unsigned width)
{
	feraiseexcept(FE_INVALID);
	errno = EDOM;
	return negative || !width ? 0 : -1UL >> (64 - width);
}

/* These set no errno. */
double __muslown_nextafter(double, double);
float __muslown_nextafterf(float, float);
long double __muslown_nextafterl(long double, long double);

#define SPLITf(x, neg, hi, lo) uint32_t u_##x; __builtin_memcpy(&u_##x, x, 4); int neg = u_##x >> 31; uint64_t hi = 0, lo = u_##x & 0x7fffffff
#define SPLIT(x, neg, hi, lo) uint64_t u_##x; __builtin_memcpy(&u_##x, x, 8); int neg = u_##x >> 63; uint64_t hi = 0, lo = u_##x & ~0UL >> 1
#define SPLITl(x, neg, hi, lo) uint16_t e_##x; uint64_t lo; __builtin_memcpy(&lo, x, 8); __builtin_memcpy(&e_##x, (const char *)x + 8, 2); \
	int neg = e_##x >> 15; uint64_t hi = e_##x & 0x7fff

#define FAMILY(T, s) \
T roundeven##s(T x) \
{ \
	if (!isfinite(x)) return x + x; \
	T r = round##s(x), d = x - trunc##s(x); \
	if ((d == (T)0.5 || d == (T)-0.5) && trunc##s(r / 2) * 2 != r) r -= copysign##s(1, x); \
	return copysign##s(r, x); \
} \
T fmaximum##s(T x, T y) \
{ \
	if (isgreater(x, y)) return x; \
	if (isless(x, y)) return y; \
	if (x == y) return signbit(x) ? y : x; \
	return x + y; \
} \
T fminimum##s(T x, T y) \
{ \
	if (isless(x, y)) return x; \
	if (isgreater(x, y)) return y; \
	if (x == y) return signbit(x) ? x : y; \
	return x + y; \
} \
T fmaximum_num##s(T x, T y) { return isnan(x) ? (isnan(y) ? x + y : y) : isnan(y) ? x : fmaximum##s(x, y); } \
T fminimum_num##s(T x, T y) { return isnan(x) ? (isnan(y) ? x + y : y) : isnan(y) ? x : fminimum##s(x, y); } \
T fmaximum_mag##s(T x, T y) { T a = fabs##s(x), b = fabs##s(y); return isgreater(a, b) ? x : isless(a, b) ? y : fmaximum##s(x, y); } \
T fminimum_mag##s(T x, T y) { T a = fabs##s(x), b = fabs##s(y); return isless(a, b) ? x : isgreater(a, b) ? y : fminimum##s(x, y); } \
T fmaximum_mag_num##s(T x, T y) { T a = fabs##s(x), b = fabs##s(y); return isgreater(a, b) ? x : isless(a, b) ? y : fmaximum_num##s(x, y); } \
T fminimum_mag_num##s(T x, T y) { T a = fabs##s(x), b = fabs##s(y); return isless(a, b) ? x : isgreater(a, b) ? y : fminimum_num##s(x, y); } \
T fmaxmag##s(T x, T y) { T a = fabs##s(x), b = fabs##s(y); return isgreater(a, b) ? x : isless(a, b) ? y : fmax##s(x, y); } \
T fminmag##s(T x, T y) { T a = fabs##s(x), b = fabs##s(y); return isless(a, b) ? x : isgreater(a, b) || x == y ? y : fmin##s(x, y); } \
T nextup##s(T x) { return isnan(x) ? x + x : x == INFINITY ? x : __muslown_nextafter##s(x, INFINITY); } \
T nextdown##s(T x) { return isnan(x) ? x + x : x == -INFINITY ? x : __muslown_nextafter##s(x, -INFINITY); } \
int canonicalize##s(T *out, const T *x) { *out = isnan(*x) ? *x + *x : *x; return 0; } \
long llogb##s(T x) \
{ \
	int e = ilogb##s(x); \
	return e == FP_ILOGB0 && x == 0 ? LONG_MIN : e == FP_ILOGBNAN && isnan(x) ? LONG_MIN : isinf(x) ? LONG_MAX : e; \
} \
int __iseqsig##s(T x, T y) { if (isunordered(x, y)) errno = EDOM; return x <= y && x >= y; } \
int totalorder##s(const T *x, const T *y) \
{ \
	SPLIT##s(x, nx, hx, lx); SPLIT##s(y, ny, hy, ly); \
	return order(nx, hx, lx, ny, hy, ly); \
} \
int totalordermag##s(const T *x, const T *y) \
{ \
	T a = fabs##s(*x), b = fabs##s(*y); \
	return totalorder##s(&a, &b); \
} \
static T to_integer##s(T x, int mode) \
{ \
	switch (mode) { \
	case 0: return ceil##s(x); \
	case 1: return floor##s(x); \
	case 2: return trunc##s(x); \
	case 3: return round##s(x); \
	} \
	return roundeven##s(x); \
} \
static T limit##s(unsigned bits) { return ldexp##s(1, bits); } \
intmax_t fromfp##s(T x, int mode, unsigned width) \
{ \
	T r = to_integer##s(x, mode); \
	width = width > 64 ? 64 : width; \
	if (width && r >= -limit##s(width - 1) && r < limit##s(width - 1)) return r; \
	return outside(signbit(x), width); \
} \
uintmax_t ufromfp##s(T x, int mode, unsigned width) \
{ \
	T r = to_integer##s(x, mode); \
	width = width > 64 ? 64 : width; \
	if (width && r >= 0 && r < limit##s(width)) return r; \
	return uoutside(signbit(x), width); \
} \
intmax_t fromfpx##s(T x, int mode, unsigned width) \
{ \
	intmax_t r = fromfp##s(x, mode, width); \
	if (r != x && fabs##s(to_integer##s(x, mode) - r) == 0) feraiseexcept(FE_INEXACT); \
	return r; \
} \
uintmax_t ufromfpx##s(T x, int mode, unsigned width) \
{ \
	uintmax_t r = ufromfp##s(x, mode, width); \
	if (r != x && fabs##s(to_integer##s(x, mode) - r) == 0) feraiseexcept(FE_INEXACT); \
	return r; \
}

FAMILY(double, )
FAMILY(float, f)
FAMILY(long double, l)
