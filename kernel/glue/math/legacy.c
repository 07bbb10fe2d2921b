/* Long double forms of functions that musl has for double only, by way of double, and old names. */
#include <errno.h>
#include <math.h>

double scalb(double, double);
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
long double scalbl(long double x, long double e)
{
	if (isnan(x) || isnan(e))
		return x * e;
	if (isinf(e))
		return e > 0 ? x * e : x / -e;
	if (rintl(e) != e)
		return (e - e) / (e - e);
	return scalbnl(x, e > 65000 ? 65000 : e < -65000 ? -65000 : (int)e);
}
