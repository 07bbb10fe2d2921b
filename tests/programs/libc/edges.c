// Edges: signs of pointers, formats that end too early, more than nine positions, rounding without FE_INEXACT, stacks that
// were asked for, bits of a file's size.
#define _GNU_SOURCE
#include <errno.h>
#include <fenv.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>
#include "../names/show.h"

static void incomplete(void)
{
	static const char *const texts[] = { "\xc3", "\xe2", "\xe2\x82", "\xe2x", "\xf0\x9f\x98", "\xf0\x9fx", "\x80", "\xff" };
	wchar_t w;

	for (int i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		E(mblen(texts[i], strlen(texts[i]))), mbtowc(NULL, NULL, 0), E(mbtowc(&w, texts[i], strlen(texts[i])));
}

static void formats(void)
{
	char b[100];
	wchar_t w[100];

	E(snprintf(b, 100, "%+p|% p|%20p|%-20p|%+20p|%020p|%.20p|%#p", (void *)0x123, (void *)0x123, (void *)0x123, (void *)0x123, (void *)0x123, (void *)0x123, (void *)0x123, (void *)0x123)), T(b);
	E(snprintf(b, 100, "%+p|%20p|%020p|%-8p|%.2p|% p", NULL, NULL, NULL, NULL, NULL, NULL)), T(b);
	E(snprintf(b, 100, "abc%")), T(b), E(snprintf(b, 100, "%")), T(b), E(snprintf(b, 100, "%d%", 5)), T(b), E(snprintf(b, 100, "abc%5")), E(snprintf(b, 100, "abc%l")), E(snprintf(b, 100, "%-"));
	E(swprintf(w, 100, L"%+p|% p", (void *)0x123, (void *)0x123)), printf("%ls\n", w), E(swprintf(w, 100, L"abc%")), E(swprintf(w, 100, L"%"));
	E(snprintf(b, 100, "%1$d %2$d %3$d %4$d %5$d %6$d %7$d %8$d %9$d %10$d %11$d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)), T(b);
	E(snprintf(b, 100, "%y")), T(b), E(snprintf(b, 100, "%5y", 1)), T(b);
}

#define R(call) (feclearexcept(FE_ALL_EXCEPT), v = call, printf("%s: %.20g %#x\n", #call, v, fetestexcept(FE_ALL_EXCEPT)))

static void rounding(void)
{
	volatile double x = 1.5, y = -0.25;
	volatile float f = 2.5f;
	volatile long double l = 3.75L;
	double v;

	R(floor(x)), R(ceil(x)), R(trunc(x)), R(round(x)), R(roundeven(x)), R(nearbyint(x)), R(rint(x));
	R(floor(y)), R(ceil(y)), R(trunc(y)), R(round(y)), R(roundeven(y));
	R(floorf(f)), R(ceilf(f)), R(truncf(f)), R(roundf(f)), R(roundevenf(f)), R(nearbyintf(f)), R(rintf(f));
	R(floorl(l)), R(ceill(l)), R(truncl(l)), R(roundl(l)), R(roundevenl(l)), R(nearbyintl(l)), R(rintl(l));
	x = -0.0, R(floor(x)), R(ceil(x)), x = 0.5, R(round(x)), R(roundeven(x)), R(trunc(x)), x = -0.5, R(round(x)), x = 0.49999999999999994, R(round(x)), x = 4503599627370497.5, R(round(x)), R(floor(x)), x = 1e300, R(floor(x)), x = INFINITY, R(ceil(x)), x = NAN, R(floor(x)), R(roundf(f = -0.5f)), R(floorf(f = -1e-40f)), R(ceilf(f = 8388607.5f)), R(floorl(l = -0x1.ffffffffffffffcp62L)), R(roundl(l = 0x1.ffffffffffffffep62L)), R(ceill(l = 0x1p-16445L)), R(truncl(l = -0.7L)), R(roundl(l = -0.5L)), R(floorl(l = INFINITY));
	x = 1.5, f = 2.5f, l = 3.75L;
	R(lround(x)), R(lrint(x)), R(llround(x)), R(lroundf(f)), R(lroundl(l)), R(modf(x, &(double){ 0 }));
}

static void *stack(void *arg)
{
	pthread_attr_t a;
	size_t size, guard;
	void *base;

	pthread_getattr_np(pthread_self(), &a);
	pthread_attr_getstack(&a, &base, &size), pthread_attr_getguardsize(&a, &guard);
	E(size), E(guard), E((char *)&a > (char *)base && (char *)&a < (char *)base + size);
	return NULL;
}

static void stacks(void)
{
	pthread_t t;
	pthread_attr_t a;
	void *mine;

	pthread_create(&t, NULL, stack, NULL), pthread_join(t, NULL);
	pthread_attr_init(&a), pthread_attr_setstacksize(&a, 100000), pthread_attr_setguardsize(&a, 8192);
	pthread_create(&t, &a, stack, NULL), pthread_join(t, NULL);
	pthread_attr_setguardsize(&a, 0), pthread_create(&t, &a, stack, NULL), pthread_join(t, NULL);
	posix_memalign(&mine, 4096, 65536), pthread_attr_setstack(&a, mine, 65536);
	pthread_create(&t, &a, stack, NULL), pthread_join(t, NULL);
	/* What attributes say of stacks that nobody gave them. */
	size_t size = 1;
	void *base = &size, *top;
	pthread_attr_init(&a), E(pthread_attr_getstack(&a, &base, &size)), E(base == NULL), E(size), E(pthread_attr_getstackaddr(&a, &top)), E(top == NULL);
	pthread_attr_setstacksize(&a, 65536), E(pthread_attr_getstack(&a, &base, &size)), E(-(long)base), E(size);
	pthread_attr_setstack(&a, mine, 65536), pthread_attr_setstacksize(&a, 32768);
	E(pthread_attr_getstack(&a, &base, &size)), E((char *)base - (char *)mine), E(size), E(pthread_attr_getstackaddr(&a, &top)), E((char *)top - (char *)mine);
	pthread_create(&t, &a, stack, NULL), pthread_join(t, NULL);
}

static void paths(void)
{
	E(pathconf("/proc", _PC_FILESIZEBITS)), E(pathconf("/dev/null", _PC_FILESIZEBITS)), E(fpathconf(0, _PC_FILESIZEBITS)), E(pathconf("/none", _PC_FILESIZEBITS));
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	setlocale(LC_ALL, "C.UTF-8");
	incomplete(), formats(), rounding(), stacks(), paths();
	return 0;
}
