/*
 * Rounding to an integer on the bits, which raises no FE_INEXACT, as in glibc: what is added to the magnitude
 * before its fraction is cut off says how. A carry goes into the exponent by itself; so the lowest
 * bit of an odd exponent of 0 is the odd integer part 1.
 */
#include <math.h>
#include <stdint.h>

enum rounding { TO_ZERO, TO_AWAY, TO_NEAREST_AWAY };

/* X is no NaN and has a fraction of DIGITS bits, 1 to 63, at the end of its magnitude. */
static inline uint64_t magnitude(uint64_t bits, int digits, enum rounding how)
{
	uint64_t fraction = (UINT64_C(1) << digits) - 1;
	uint64_t add = how == TO_ZERO ? 0 : how == TO_AWAY ? fraction : UINT64_C(1) << (digits - 1);

	return (bits + add) & ~fraction;
}

/* Of a magnitude below 1, which is not zero unless ZERO. */
static inline int below_one(int exponent, int zero, enum rounding how)
{
	return !zero && (how == TO_AWAY || how == TO_NEAREST_AWAY && exponent == -1);
}

static inline double double_to_integer(double x, enum rounding how)
{
	union { double f; uint64_t i; } u = { x };
	int e = (int)(u.i >> 52 & 0x7ff) - 0x3ff;
	uint64_t sign = u.i & UINT64_C(1) << 63;

	if (e >= 52)
		return e == 0x400 ? x + x : x;
	if (e < 0)
		u.i = below_one(e, u.i == sign, how) ? UINT64_C(0x3ff) << 52 : 0;
	else
		u.i = magnitude(u.i ^ sign, 52 - e, how);
	u.i |= sign;
	return u.f;
}

static inline float float_to_integer(float x, enum rounding how)
{
	union { float f; uint32_t i; } u = { x };
	int e = (int)(u.i >> 23 & 0xff) - 0x7f;
	uint32_t sign = u.i & UINT32_C(1) << 31;

	if (e >= 23)
		return e == 0x80 ? x + x : x;
	if (e < 0)
		u.i = below_one(e, u.i == sign, how) ? UINT32_C(0x7f) << 23 : 0;
	else
		u.i = magnitude(u.i ^ sign, 23 - e, how);
	u.i |= sign;
	return u.f;
}

/* The x87's: the integer part's first bit is written out, so that a carry has to put it back. */
static inline long double long_double_to_integer(long double x, enum rounding how)
{
	union { long double f; struct { uint64_t m; uint16_t se; } i; } u = { x };
	int e = (u.i.se & 0x7fff) - 0x3fff;

	if (e >= 63)
		return e == 0x4000 ? x + x : x;
	if (e < 0) {
		int one = below_one(e, !u.i.m, how);

		u.i.m = (uint64_t)one << 63;
		u.i.se = (u.i.se & 0x8000) | (one ? 0x3fff : 0);
	} else if (!(u.i.m = magnitude(u.i.m, 63 - e, how))) {
		u.i.m = UINT64_C(1) << 63;
		u.i.se++;
	}
	return u.f;
}
