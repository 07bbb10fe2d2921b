/* Functions of C23 and of GNU in libm that musl lacks, on values with surprises. */
#define _GNU_SOURCE
#define __STDC_WANT_IEC_60559_BFP_EXT__ 1
#define __STDC_WANT_IEC_60559_BFP_EXT_C2X__ 1
#define __STDC_WANT_IEC_60559_TYPES_EXT__ 1
#include <complex.h>
#include <errno.h>
#include <fenv.h>
#include <math.h>
#include <stdio.h>

static const double values[] = { 0.0, -0.0, 0.5, -0.5, 1.5, -1.5, 2.5, 3.5, 1, -1, 1e300, -1e300, 5e-324, 0x1.fffffffffffffp1023, 4503599627370497.5,
	INFINITY, -INFINITY, NAN, 255, 256, -128, -129, 0.1, 1e-320 };
enum { N = sizeof values / sizeof *values };

#define ONE(T, F, s) \
static void one##s(T x) \
{ \
	T c; \
	long double vs[] = { roundeven##s(x), nextup##s(x), nextdown##s(x), getpayload##s(&x) }; \
	for (int i = 0; i < 4; i++) printf(" %.20Lg", isnan(vs[i]) ? (long double)NAN : vs[i]); \
	printf(" %ld %lu %ld", (long)fromfp##s(x, FP_INT_TONEAREST, 8), (long)ufromfp##s(x, FP_INT_UPWARD, 8), (long)fromfpx##s(x, FP_INT_DOWNWARD, 64)); \
	printf(" %ld %d", llogb##s(x), canonicalize##s(&c, &x)); \
	puts(""); \
} \
static void two##s(T x, T y) \
{ \
	T vs[] = { fmaximum##s(x, y), fminimum##s(x, y), fmaximum_num##s(x, y), fminimum_num##s(x, y), fmaximum_mag##s(x, y), \
		fminimum_mag##s(x, y), fmaximum_mag_num##s(x, y), fminimum_mag_num##s(x, y), fmaxmag##s(x, y) + 0, fminmag##s(x, y) + 0 }; \
	for (int i = 0; i < 10; i++) printf(" %Lg", isnan(vs[i]) ? (long double)NAN : (long double)vs[i]); \
	printf(" %d %d\n", totalorder##s(&x, &y), totalordermag##s(&x, &y)); \
}
ONE(double, f64, )
ONE(float, f32, f)
ONE(long double, f64x, l)

int main(void)
{
	for (int i = 0; i < N; i++) {
		one(values[i]);
		onef(values[i]);
		onel(values[i]);
		for (int j = 0; j < N; j++) {
			two(values[i], values[j]);
			twof(values[i], values[j]);
			twol(values[i], values[j]);
		}
	}
	/* Sums and products that round twice unless they are done right. */
	double a = 1 + 0x1p-24, tiny = 0x1p-80;
	printf("%.9g %.9g %.9g %.9g %.9g\n", fadd(a, tiny), fsub(a, tiny), fmul(a, 1 + 0x1p-52), fdiv(1, 3), fsqrt(2));
	printf("%.9g %.17g %.17g\n", ffma(a, 1, tiny), daddl(1 + 0x1p-53L, 0x1p-120L), dmull(1 + 0x1p-53L, 1 + 0x1p-63L));
	printf("%.17g %.17g %.9g\n", ddivl(1, 3), dsqrtl(2), fsqrtl(3));
	double n;
	printf("%d %g %g\n", setpayload(&n, 42), getpayload(&n), (double)issignaling(n));
	printf("%d %d\n", setpayloadsig(&n, 42), issignaling(n));
	double complex z = clog10(3 + 4 * I);
	printf("%.12g %.12g\n", creal(z), cimag(z));
	printf("%x %x %x\n", fegetexcept(), feenableexcept(FE_DIVBYZERO), fegetexcept());
	printf("%x %x\n", fedisableexcept(FE_ALL_EXCEPT), fegetexcept());
	printf("%d %d %d %d\n", isinf(-INFINITY), finite(1), isnan(NAN) != 0, (isinf)(-INFINITY));
	printf("%g %g %g %g\n", (double)j0l(1), (double)ynl(2, 3), (double)scalbl(3, 4), (double)significandl(12));
	printf("%g %g %g\n", (double)sinf32(1), sinf64(1), (double)sinf64x(1));
	double s, c;
	sincos(1, &s, &c);
	printf("%.15g %.15g %g\n", s, c, gamma(5));
	return 0;
}
