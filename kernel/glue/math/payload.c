/* The payload of NaNs. */
#include <math.h>
#include <stdint.h>

#define FAMILY(T, s, U, QUIET, BITS) \
T getpayload##s(const T *x) \
{ \
	U u; \
	if (!isnan(*x)) return -1; \
	__builtin_memcpy(&u, x, sizeof u); \
	return u & (QUIET - 1); \
} \
static int set##s(T *out, T payload, U quiet) \
{ \
	U u = (U)0x7ff << BITS | quiet; \
	*out = 0; \
	if (sizeof(T) == 4) u = 0x7f800000 | quiet; \
	if (signbit(payload) || !(payload >= 0 && payload < (T)QUIET) || trunc##s(payload) != payload || (!quiet && payload == 0)) return 1; \
	u |= (U)payload; \
	__builtin_memcpy(out, &u, sizeof u); \
	return 0; \
} \
int setpayload##s(T *out, T payload) { return set##s(out, payload, QUIET); } \
int setpayloadsig##s(T *out, T payload) { return set##s(out, payload, 0); }

FAMILY(double, , uint64_t, 0x8000000000000UL, 52)
FAMILY(float, f, uint32_t, 0x400000U, 20)

/* long double: the exponent is beside the 64 bits that FAMILY handles. */
long double getpayloadl(const long double *x)
{
	uint64_t u;

	if (!isnan(*x))
		return -1;
	__builtin_memcpy(&u, x, 8);
	return u & 0x3fffffffffffffff;
}

static int set_long(long double *out, long double payload, uint64_t quiet)
{
	uint64_t u;
	uint16_t e = 0x7fff;

	*out = 0;
	if (signbit(payload) || !(payload >= 0 && payload < 0x1p62L) || truncl(payload) != payload || (!quiet && payload == 0))
		return 1;
	u = (uint64_t)payload | 1UL << 63 | quiet;
	__builtin_memcpy(out, &u, 8);
	__builtin_memcpy((char *)out + 8, &e, 2);
	return 0;
}
int setpayloadl(long double *out, long double payload) { return set_long(out, payload, 1UL << 62); }
int setpayloadsigl(long double *out, long double payload) { return set_long(out, payload, 0); }
