/* The complex logarithm to base 10. */
#include <complex.h>
#include <math.h>

double _Complex clog10(double _Complex z)
{
	double _Complex w = clog(z);

	return CMPLX(creal(w) * M_LOG10E, cimag(w) * M_LOG10E);
}

float _Complex clog10f(float _Complex z)
{
	float _Complex w = clogf(z);

	return CMPLXF(crealf(w) * (float)M_LOG10E, cimagf(w) * (float)M_LOG10E);
}

long double _Complex clog10l(long double _Complex z)
{
	long double _Complex w = clogl(z);

	return CMPLXL(creall(w) * 0.43429448190325182765L, cimagl(w) * 0.43429448190325182765L);
}
