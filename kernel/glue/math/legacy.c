/* Long double forms of functions that musl has for double only, by way of double, and old names. */
#include <errno.h>
#include <math.h>

long double __muslown_scalbnl(long double, int);
double j0(double), j1(double), jn(int, double), y0(double), y1(double), yn(int, double), significand(double);

long double j0l(long double x) { return j0(x); }
long double j1l(long double x) { return j1(x); }
long double jnl(int n, long double x) { return jn(n, x); }
long double y0l(long double x) { return y0(x); }
long double y1l(long double x) { return y1(x); }
long double ynl(int n, long double x) { return yn(n, x); }
long double significandl(long double x)
{
	int e;

	return x == 0 || !isfinite(x) ? x : (x = frexpl(x, &e), 2 * x);
}
/* Without errno. */
long double __muslown_scalbl(long double x, long double e)
{
	if (isnan(x) || isnan(e))
		return x * e;
	if (isinf(e))
		return e > 0 ? x * e : x / -e;
	if (rintl(e) != e)
		return (e - e) / (e - e);
	return __muslown_scalbnl(x, e > 65000 ? 65000 : e < -65000 ? -65000 : (int)e);
}

long double scalbl(long double x, long double e)
{
	long double r = __muslown_scalbl(x, e);

	if (isnan(r) && !isnan(x) && !isnan(e))
		errno = EDOM;
	else if (!isinf(e) && (isinf(r) && !isinf(x) || r == 0 && x != 0))
		errno = ERANGE;
	return r;
}
