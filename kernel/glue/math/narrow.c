/*
 * Arithmetic that rounds once, to a narrower type. A double or long double
 * result rounded to odd first makes the second rounding harmless.
 */
#include <errno.h>
#include <fenv.h>
#include <math.h>
#include <stdint.h>

long double __muslown_nextafterl(long double, long double), __muslown_sqrtl(long double);

/* float from double, through long double: 64 bits are enough (2 * 24 + 2) unless the double operation itself rounds. */
static float to_float(long double v, long double error)
{
	/* Not exact: make the last bit odd, towards the lost part. */
	if (error != 0 && isfinite(v)) {
		union { long double f; uint64_t m; } u = { v };

		if (!(u.m & 1))
			v = __muslown_nextafterl(v, error > 0 ? INFINITY : -INFINITY);
	}
	return v;
}

static double to_double(long double v, long double error)
{
	if (error != 0 && isfinite(v)) {
		union { long double f; uint64_t m; } u = { v };

		if (!(u.m & 1))
			v = __muslown_nextafterl(v, error > 0 ? INFINITY : -INFINITY);
	}
	return v;
}

/* What SUM = X + Y lost (Knuth). */
static long double lost_by_add(long double x, long double y, long double sum)
{
	long double bb = sum - x;

	return isfinite(sum) ? (x - (sum - bb)) + (y - bb) : 0;
}

static long double lost_by_mul(long double x, long double y, long double p) { return isfinite(p) ? fmal(x, y, -p) : 0; }
static long double lost_by_div(long double x, long double y, long double q)
{
	long double r;

	if (!isfinite(q) || y == 0 || !isfinite(y))
		return 0;
	r = fmal(-q, y, x);
	return y < 0 ? -r : r;
}
static long double lost_by_sqrt(long double x, long double r) { return isfinite(r) ? fmal(-r, r, x) : 0; }

/* errno for result R of arguments that are numbers or not, finite or not; a zero is right unless they are INEXACT. */
static void report(double r, int number, int finite, int inexact)
{
	if (isnan(r) && number)
		errno = EDOM;
	else if (isinf(r) && finite || r == 0 && inexact)
		errno = ERANGE;
}

#define REPORTED(N, r, inexact) N result = r; report(result, !isnan(x) && !isnan(y), isfinite(x) && isfinite(y), inexact); return result
#define NARROW(N, TO, W, add, sub, mul, div, sqrt_) \
N add(W x, W y) { long double v = (long double)x + y; REPORTED(N, TO(v, lost_by_add(x, y, v)), x != -y); } \
N sub(W x, W y) { long double v = (long double)x - y; REPORTED(N, TO(v, lost_by_add(x, -(long double)y, v)), x != y); } \
N mul(W x, W y) { long double v = (long double)x * y; REPORTED(N, TO(v, lost_by_mul(x, y, v)), x != 0 && y != 0); } \
N div(W x, W y) { long double v = (long double)x / y; REPORTED(N, TO(v, lost_by_div(x, y, v)), x != 0 && !isinf(y)); } \
N sqrt_(W x) { W y = 0; long double v = __muslown_sqrtl(x); REPORTED(N, TO(v, lost_by_sqrt(x, v)), x != 0); }

NARROW(float, to_float, double, fadd, fsub, fmul, fdiv, fsqrt)
NARROW(float, to_float, long double, faddl, fsubl, fmull, fdivl, fsqrtl)
NARROW(double, to_double, long double, daddl, dsubl, dmull, ddivl, dsqrtl)

/* Of x*y+z only the sign of what fmal() lost is needed: product and sum as two parts each. */
static long double lost_by_fma(long double x, long double y, long double z, long double v)
{
	long double p = x * y, pe = lost_by_mul(x, y, p), s = p + z, se = lost_by_add(p, z, s);

	return isfinite(v) && isfinite(s) ? (s - v) + (se + pe) : 0;
}

float ffma(double x, double y, double z) { long double v = fmal(x, y, z); return to_float(v, lost_by_fma(x, y, z, v)); }
float ffmal(long double x, long double y, long double z) { long double v = fmal(x, y, z); return to_float(v, lost_by_fma(x, y, z, v)); }
double dfmal(long double x, long double y, long double z) { long double v = fmal(x, y, z); return to_double(v, lost_by_fma(x, y, z, v)); }

/* _Float32x is double, so nothing narrows. */
double __uk_dadd(double x, double y) { REPORTED(double, x + y, x != -y); }
double __uk_dsub(double x, double y) { REPORTED(double, x - y, x != y); }
double __uk_dmul(double x, double y) { REPORTED(double, x * y, x != 0 && y != 0); }
double __uk_ddiv(double x, double y) { REPORTED(double, x / y, x != 0 && !isinf(y)); }
