/*
 * ecvt(), fcvt(), gcvt() and their kin. Digits and places are glibc's, also where these come from its way of
 * scaling: a number is brought between 1 and 10 by powers of ten in its own type, which rounds.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int least(int a, int b) { return a < b ? a : b; }

/* TEXT of N bytes, as printf's %f has it, loses its point and, if the number is no zero, its leading zeros. */
static void digits_only(char *text, int n, int zero, int *point)
{
	int from, to;

	for (from = 0; from < n && isdigit((unsigned char)text[from]); from++);
	*point = from;
	if (!from || from == n)
		return;
	from++;
	if (*point == 1 && *text == '0' && !zero)
		for (--*point; from < n && text[from] == '0'; from++)
			--*point;
	to = *point > 0 ? *point : 0;
	memmove(text + to, text + from, n - from + 1);
}

#define FAMILY(T, p, format, most, tiny, tiny_exponent, size) \
int p##fcvt_r(T v, int digits, int *point, int *sign, char *buf, size_t room) \
{ \
	int left = 0, n; \
	if (!buf) { errno = EINVAL; return -1; } \
	*sign = isfinite(v) && signbit(v); \
	if (isfinite(v)) v = v < 0 ? -v : v + (T)0; \
	for (; isfinite(v) && digits < 0; digits++, left++) { \
		T less = v * (T)0.1; \
		if (less < 1) { digits = 0; break; } \
		v = less; \
	} \
	n = snprintf(buf, room, "%.*" format, least(digits, most), isfinite(v) && v == 0 ? (T)0 : v); \
	if (n < 0 || n >= room) return -1; \
	digits_only(buf, n, v == 0, point); \
	if (*point && left) { \
		*point += left; \
		for (n = strlen(buf); left-- > 0 && n + 1 < room; ) buf[n++] = '0'; \
		buf[n] = 0; \
	} \
	return 0; \
} \
int p##ecvt_r(T v, int digits, int *point, int *sign, char *buf, size_t room) \
{ \
	int e = 0; \
	if (isfinite(v) && v != 0) { \
		T f = 1; \
		if ((v < 0 ? -v : v) < tiny) v /= tiny, e = tiny_exponent; \
		T d = v < 0 ? -v : v; \
		if (d < 1) { \
			do f *= 10, e--; while (d * f < 1); \
			v *= f; \
		} else if (d >= 10) { \
			do f *= 10, e++; while (d >= f * 10); \
			v /= f; \
		} \
	} \
	if (digits <= 0 && room) { \
		*buf = 0; \
		*point = 1; \
		*sign = isfinite(v) && signbit(v); \
	} else if (p##fcvt_r(v, least(digits, most) - 1, point, sign, buf, room)) { \
		return -1; \
	} \
	*point += e; \
	return 0; \
} \
char *p##fcvt(T v, int digits, int *point, int *sign) \
{ \
	static char buf[size]; \
	p##fcvt_r(v, digits, point, sign, buf, size); \
	return buf; \
} \
char *p##ecvt(T v, int digits, int *point, int *sign) \
{ \
	static char buf[most + 3]; \
	p##ecvt_r(v, digits, point, sign, buf, sizeof(buf)); \
	return buf; \
}

FAMILY(double, , "f", 17, 1e-307, -307, 340)
FAMILY(long double, q, "Lf", 21, 1e-4931L, -4931, 4960)

char *gcvt(double v, int digits, char *buf) { sprintf(buf, "%.*g", least(digits, 17), v); return buf; }
char *qgcvt(long double v, int digits, char *buf) { sprintf(buf, "%.*Lg", least(digits, 21), v); return buf; }
