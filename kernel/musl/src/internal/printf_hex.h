/*
 * The digits of %a, as glibc has them: those of the type's own format, so that a double begins with 1 or, if
 * it is less than normal, with 0, and a long double with its first four bits. uk_hex_long(fl) says which.
 */
#include <fenv.h>
#include <stdint.h>

enum { uk_hex_long = 1 << 30 };

/* What is cut off is rounded as the mode says. */
static int uk_hex_round_up(int negative, int odd, uint64_t rest)
{
	const uint64_t half = 1ULL << 63;

	switch (fegetround()) {
	case FE_UPWARD: return !negative && rest;
	case FE_DOWNWARD: return negative && rest;
	case FE_TOWARDZERO: return 0;
	}
	return rest > half || rest == half && odd;
}

/* Writes them to S, with a point if POINT or if there are more; at most P behind it if P is not negative.
 * Y has no sign any more. Returns the end, and the exponent in *E. */
static char *uk_hex(char *s, long double y, int p, int point, int fl, int negative, const char *digits, int lower, int *e)
{
	union { long double f; struct { uint64_t m; uint16_t e; } l; } l = { y };
	union { double f; uint64_t m; } d = { y };
	uint64_t bits;		/* behind the point */
	unsigned first;

	if (fl & uk_hex_long) {
		first = l.l.m >> 60;
		bits = l.l.m << 4;
		*e = !l.l.m ? 0 : l.l.e ? l.l.e - 16386 : -16385;
	} else {
		first = d.m >> 52 != 0;
		bits = d.m << 12;
		*e = first ? (int)(d.m >> 52) - 1023 : d.m ? -1022 : 0;
	}
	if (p >= 0 && p < 16) {
		uint64_t kept = p ? bits >> 64 - 4 * p : 0, rest = bits << 4 * p;

		if (uk_hex_round_up(negative, (p ? kept : first) & 1, rest) && (!p || ++kept >> 4 * p) && ++first > 15)
			first = 1, *e += 4;
		bits = p ? kept << 64 - 4 * p : 0;
	}
	*s++ = digits[first] | (first > 9 ? lower : 0);
	if (bits || p > 0 || point)
		*s++ = '.';
	for (; bits; bits <<= 4)
		*s++ = digits[bits >> 60] | (bits >> 60 > 9 ? lower : 0);
	return s;
}
