/* The mathematical functions, to the digits on which libraries agree. */
#include <complex.h>
#include <fenv.h>
#include <math.h>
#include <stdio.h>
#include <tgmath.h>

int main(void)
{
	double x[] = { 0.1, 0.5, 1, 2.5, 10, 100.25 };

	for (int i = 0; i < 6; i++) {
		double v = x[i];
		printf("%.12g %.12g %.12g %.12g %.12g\n", sin(v), cos(v), tan(v), atan(v), atan2(v, -1.0));
		printf("%.12g %.12g %.12g %.12g %.12g\n", exp(v), log(v), log10(v), log2(v), sqrt(v));
		printf("%.12g %.12g %.12g %.12g %.12g\n", pow(v, 1.7), cbrt(v), sinh(v / 10), tanh(v), hypot(v, 3.0));
		printf("%.10g %.10g %.10g %.10g\n", tgamma(v / 5), lgamma(v), erf(v / 3), erfc(v / 3));
		printf("%g %g %g %g %g %ld %ld\n", floor(-v), ceil(-v), trunc(-v), round(v), rint(v), lround(v), lrint(v));
		printf("%.6g %.6g %.6g\n", (double)sinf(v), (double)expf(v / 10), (double)powf(v, 0.5f));
		printf("%.15Lg %.15Lg\n", sqrtl(v), expl(v / 10));
	}
	int e;
	double ip, f = frexp(1234.5, &e);
	printf("%g %d %g %g %g\n", f, e, ldexp(0.75, 4), modf(-2.25, &ip), floor(-2.25));
	printf("%g %g %g\n", fmod(7.5, 2), remainder(7.5, 2), fma(2, 3, 4));
	printf("%d %d %d %g %g\n", isnan(sqrt(-1.0)), isinf(1 / 0.0), signbit(-0.0) != 0, copysign(3, -1), nextafter(1, 2) - 1);
	fesetround(FE_UPWARD);
	volatile double third = 1.0;
	third /= 3;
	fesetround(FE_TONEAREST);
	printf("%.17g\n", third);
	feclearexcept(FE_ALL_EXCEPT);
	volatile double z = 0, q = 1 / z;
	printf("%g raised %d\n", q, fetestexcept(FE_DIVBYZERO) != 0);
	double complex c = cexp(I * 3.141592653589793 / 3);
	printf("%.10g %.10g %.10g\n", creal(c), cimag(c), cabs(3 + 4 * I));
	return 0;
}
