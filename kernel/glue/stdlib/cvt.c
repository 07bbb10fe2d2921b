/* ecvt() and its kin into the caller's buffer, and for long double. musl's are for double. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int copy(char *buf, size_t n, const char *s)
{
	if (strlen(s) >= n)
		return -1;
	strcpy(buf, s);
	return 0;
}

int ecvt_r(double v, int digits, int *point, int *sign, char *buf, size_t n) { return copy(buf, n, ecvt(v, digits, point, sign)); }
int fcvt_r(double v, int digits, int *point, int *sign, char *buf, size_t n) { return copy(buf, n, fcvt(v, digits, point, sign)); }
char *qecvt(long double v, int digits, int *point, int *sign) { return ecvt(v, digits, point, sign); }
char *qfcvt(long double v, int digits, int *point, int *sign) { return fcvt(v, digits, point, sign); }
char *qgcvt(long double v, int digits, char *buf) { sprintf(buf, "%.*Lg", digits, v); return buf; }
int qecvt_r(long double v, int digits, int *point, int *sign, char *buf, size_t n) { return ecvt_r(v, digits, point, sign, buf, n); }
int qfcvt_r(long double v, int digits, int *point, int *sign, char *buf, size_t n) { return fcvt_r(v, digits, point, sign, buf, n); }
