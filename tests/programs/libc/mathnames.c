// The other names of mathematical functions: for _Float32 ..., of -ffinite-math-only, of narrow results. A
// hash of results and errno for each, over special values and some others.
#define _GNU_SOURCE
#define __STDC_WANT_IEC_60559_BFP_EXT_C2X__ 1
#define __STDC_WANT_IEC_60559_TYPES_EXT__ 1
#include <complex.h>
#include <errno.h>
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const long double values[] = {
	0, -0.0, 0.5, -0.5, 1.5, -1.5, 2.5, 3.5, 1, -1, 7, -9.75, 1e300, -1e300, FLT_MIN, FLT_MAX, 5e-324, DBL_MAX, 4503599627370497.5, INFINITY, -INFINITY, NAN,
	255, 256, -128, -129, 0.1, 1e-320, 0x1p31, -0x1p63, 0x1p64, 88.9, 710, -746, LDBL_MAX, -LDBL_MAX, LDBL_MIN, 1024, -1100, 1e-30,
};
enum { N = sizeof(values) / sizeof(*values) };
static uint64_t hash;

static void add(uint64_t v) { hash = (hash ^ v) * 1099511628211ull, hash ^= hash >> 29; }

// The sign and payload of a NaN are not defined.
static void real(long double v)
{
	uint64_t w[2] = { 0 };

	if (isnan(v))
		v = 1234.5;
	memcpy(w, &v, 10);
	add(w[0]), add(w[1]), add(errno);
	errno = 0;
}

static void whole(long v) { add(v), add(errno), errno = 0; }
static void end(const char *name) { printf("%s %016lx\n", name, hash), hash = 14695981039346656037ull; }

#define FOR1 for (int i = 0; i < N; i++)
#define FOR2 FOR1 for (int j = 0; j < N; j++)
#define ONE(f) FOR1 real(f(values[i])); end(#f);
#define TWO(f) FOR2 real(f(values[i], values[j])); end(#f);
#define THREE(f) FOR2 real(f(values[i], values[j], values[(i + j) % N])); end(#f);
#define WHOLE(f) FOR1 whole(f(values[i])); end(#f);
#define COMPLEX(f) FOR2 { long double complex z = f(CMPLX(values[i], values[j])); real(creall(z)), real(cimagl(z)); } end(#f);
// The integers of a result outside of the type are not asked for.
#define ROUNDED(f) FOR1 if (fabsl(values[i]) < 1e9) whole(f(values[i])); end(#f);
#define WIDTH(f) FOR1 for (unsigned w = 0; w < 65; w += 8) real(f(values[i], FP_INT_UPWARD, w)); end(#f);

// What musl and glibc have for every real type.
#define BASIC(s, T) \
	ONE(ceil##s) ONE(fabs##s) ONE(floor##s) ONE(log2##s) ONE(logb##s) ONE(log##s) ONE(nearbyint##s) ONE(rint##s) ONE(round##s) ONE(sqrt##s) ONE(trunc##s) \
	TWO(copysign##s) TWO(fdim##s) TWO(fmax##s) TWO(fmin##s) TWO(fmod##s) TWO(nextafter##s) TWO(remainder##s) \
	FOR1 { int e = 0; real(frexp##s(values[i], &e)), whole(isfinite(values[i]) ? e : 0); } end("frexp" #s); \
	FOR1 { T whole; real(modf##s(values[i], &whole)), real(whole); } end("modf" #s); \
	FOR1 for (int e = -3000; e < 3000; e += 777) real(ldexp##s(values[i], e)), real(scalbn##s(values[i], e)), real(scalbln##s(values[i], e)); end("ldexp" #s); \
	THREE(fma##s) WHOLE(ilogb##s) ROUNDED(lrint##s) ROUNDED(llrint##s) ROUNDED(lround##s) ROUNDED(llround##s) \
	COMPLEX(conj##s) COMPLEX(cproj##s) COMPLEX(creal##s) COMPLEX(cimag##s) \
	{ T n = nan##s("0x123"); unsigned char b[16]; memcpy(b, &n, sizeof(n)); whole(b[0]), whole(b[1]), end("nan" #s); }

// What is of C23 or GNU's.
#define NEW(s, T) \
	ONE(nextdown##s) ONE(nextup##s) ONE(roundeven##s) TWO(fmaximum_mag_num##s) TWO(fmaximum_mag##s) TWO(fmaximum_num##s) TWO(fmaximum##s) TWO(fmaxmag##s) \
	TWO(fminimum_mag_num##s) TWO(fminimum_mag##s) TWO(fminimum_num##s) TWO(fminimum##s) TWO(fminmag##s) \
	WHOLE(llogb##s) WIDTH(fromfp##s) WIDTH(fromfpx##s) WIDTH(ufromfp##s) WIDTH(ufromfpx##s) \
	FOR2 { T x = values[i], y = values[j]; whole(totalorder##s(&x, &y)), whole(totalordermag##s(&x, &y)); } end("totalorder" #s); \
	FOR1 { T x = values[i], c = 0; whole(canonicalize##s(&c, &x)), real(c), real(getpayload##s(&x)); } end("payload" #s); \
	FOR1 { T x = 9; whole(setpayload##s(&x, values[i])), real(getpayload##s(&x)), whole(setpayloadsig##s(&x, values[i])), real(getpayload##s(&x)); } end("setpayload" #s);

#define NARROW(p, s) TWO(p##add##s) TWO(p##sub##s) TWO(p##mul##s) TWO(p##div##s) ONE(p##sqrt##s) THREE(p##fma##s)

// Old names have no default version: programs that were linked long ago want them.
#define OLD1(T, f) extern T old_##f(T); __asm__(".symver old_" #f ", __" #f "_finite@GLIBC_2.15");
#define OLD2(T, f) extern T old_##f(T, T); __asm__(".symver old_" #f ", __" #f "_finite@GLIBC_2.15");
#define OLDS1(F) F(double, exp) F(float, expf) F(double, exp2) F(float, exp2f) F(double, log) F(float, logf) F(long double, logl) F(double, log2) F(float, log2f) \
	F(long double, log2l) F(long double, log10l) F(double, sqrt) F(float, sqrtf) F(long double, sqrtl)
#define OLDS2(F) F(double, fmod) F(float, fmodf) F(long double, fmodl) F(double, pow) F(float, powf) F(double, remainder) F(float, remainderf) F(long double, remainderl) \
	F(double, scalb) F(float, scalbf) F(long double, scalbl) F(long double, atan2l)
OLDS1(OLD1)
OLDS2(OLD2)
#define CALL1(T, f) ONE(old_##f)
#define CALL2(T, f) TWO(old_##f)

int __finite(double), __finitef(float), __finitel(long double), __fpclassify(double), __fpclassifyf(float), __fpclassifyl(long double), __iseqsig(double, double),
	__iseqsigf(float, float), __iseqsigl(long double, long double), __issignalingf(float), __issignalingl(long double), __signbit(double), __signbitf(float), __signbitl(long double);

static void floating_environment(void)
{
	fenv_t env;
	fexcept_t flags;
	femode_t mode;

	printf("%d", feraiseexcept(FE_OVERFLOW | FE_INEXACT)), printf(" %x", fetestexcept(FE_ALL_EXCEPT));
	printf(" %d %x", fegetexceptflag(&flags, FE_OVERFLOW), fetestexceptflag(&flags, FE_OVERFLOW | FE_INEXACT));
	printf(" %d %x", feclearexcept(FE_ALL_EXCEPT), fetestexcept(FE_ALL_EXCEPT)), printf(" %d %x", fesetexceptflag(&flags, FE_OVERFLOW), fetestexcept(FE_ALL_EXCEPT));
	printf(" %d %d", fesetexcept(FE_UNDERFLOW), fegetenv(&env)), fesetround(FE_UPWARD), printf(" %d %x", fesetenv(&env), fegetround());
	printf(" %d %x", feholdexcept(&env), fetestexcept(FE_ALL_EXCEPT)), feraiseexcept(FE_DIVBYZERO), printf(" %d %x", feupdateenv(&env), fetestexcept(FE_ALL_EXCEPT));
	printf(" %d", fegetmode(&mode)), fesetround(FE_DOWNWARD), printf(" %d %x", fesetmode(&mode), fegetround()), printf(" %d %x\n", fesetenv(FE_DFL_ENV), fetestexcept(FE_ALL_EXCEPT));
}

int main(void)
{
	end("begin");
	BASIC(, double) BASIC(f, float) BASIC(l, long double) BASIC(f32, _Float32) BASIC(f64, _Float64) BASIC(f32x, _Float32x) BASIC(f64x, _Float64x)
	NEW(, double) NEW(f, float) NEW(l, long double) NEW(f32, _Float32) NEW(f64, _Float64) NEW(f32x, _Float32x) NEW(f64x, _Float64x)
	ONE(exp) ONE(expf) ONE(expf32) ONE(expf64) ONE(expf32x) ONE(exp2) ONE(exp2f) ONE(exp2f32) ONE(exp2f64) ONE(exp2f32x) ONE(expm1f) ONE(expm1f32)
	TWO(pow) TWO(powf) TWO(powf32) TWO(powf64) TWO(powf32x) TWO(atan2l) TWO(atan2f64x) ONE(atanl) ONE(atanf64x)
	ONE(log10l) ONE(log10f64x) ONE(log1pl) ONE(log1pf64x) ONE(significand) ONE(significandf) ONE(significandl) TWO(scalbl)
	COMPLEX(cargl) COMPLEX(cargf64x)
	NARROW(f32, f32x) NARROW(f32, f64) NARROW(f32, f64x) NARROW(f32x, f64) NARROW(f32x, f64x) NARROW(f64, f64x)
	NARROW(f, ) NARROW(f, l) NARROW(d, l)
	FOR2 real(nexttoward(values[i], values[j])), real(nexttowardf(values[i], values[j])), real(nexttowardl(values[i], values[j])); end("nexttoward");
	OLDS1(CALL1)
	OLDS2(CALL2)
	WHOLE(finite) WHOLE(finitef) WHOLE(finitel) WHOLE(__finite) WHOLE(__finitef) WHOLE(__finitel) WHOLE(__fpclassify) WHOLE(__fpclassifyf) WHOLE(__fpclassifyl)
	WHOLE(!!__signbit) WHOLE(!!__signbitf) WHOLE(!!__signbitl) WHOLE(__issignalingf) WHOLE(__issignalingl)
	FOR2 whole(__iseqsig(values[i], values[j])), whole(__iseqsigf(values[i], values[j])), whole(__iseqsigl(values[i], values[j])); end("iseqsig");
	floating_environment();
	return 0;
}
