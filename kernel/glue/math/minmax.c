/* Which zero is the larger one is not defined: glibc's answers are those of MAXSD, MINSD and its x87 code. */
#include <math.h>

#define PICK(T, name, op, of_equals) \
T name(T x, T y) \
{ \
	if (x != x || y != y) \
		return x == x ? x : y == y ? y : x + y; \
	return x op y ? x : x == y ? of_equals : y; \
}

PICK(double, fmax, >, y)
PICK(float, fmaxf, >, y)
PICK(long double, fmaxl, >, y)
PICK(double, fmin, <, y)
PICK(float, fminf, <, y)
PICK(long double, fminl, <, x)
