/* qsort, bsearch, numbers from text, scanf, getopt, environment of exit. */
#define _GNU_SOURCE
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <regex.h>
#include <search.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int cmp(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;
	return (x > y) - (x < y);
}

static int rcmp(const void *a, const void *b, void *sign)
{
	return *(int *)sign * cmp(a, b);
}

static void numbers(void)
{
	const char *text[] = { "0", "-0", "1e400", "-1e-400", "0x1.8p3", "inf", "nan", "  12abc", "1.7976931348623157e308", "2.2250738585072011e-308", "0.1e", ".5", "9007199254740993" };
	char *end;

	for (unsigned i = 0; i < sizeof text / sizeof *text; i++) {
		errno = 0;
		double d = strtod(text[i], &end);
		printf("%.17g %d <%s>\n", d, errno, end);
	}
	const char *ints[] = { "0x7f", "077", "-9223372036854775809", "99999999999999999999", "z", "+5", "0x" };
	for (unsigned i = 0; i < sizeof ints / sizeof *ints; i++) {
		errno = 0;
		long l = strtol(ints[i], &end, 0);
		printf("%ld %d <%s> ", l, errno, end);
		errno = 0;
		printf("%lu %d\n", strtoul(ints[i], NULL, 0), errno);
	}
	printf("%ld %d %f %lld\n", strtol("zz", NULL, 36), atoi("-12x"), atof("2.5"), atoll("123456789012"));
	printf("%g %Lg\n", (double)strtof("3.4e39", NULL), strtold("1e4000", NULL));
}

static void scans(void)
{
	int a = 0, b = 0, n = 0;
	unsigned x = 0;
	float f = 0;
	double d = 0;
	char s[20] = "", t[20] = "", c = 0, *m = NULL;

	n = sscanf("12 -34 ff 2.5 1e3 word rest", "%d%d%x%f%lf%19s", &a, &b, &x, &f, &d, s);
	printf("%d: %d %d %x %g %g %s\n", n, a, b, x, (double)f, d, s);
	n = sscanf("key=value; 7", "%19[^=]=%19[a-z];%*[ ]%c%n", s, t, &c, &a);
	printf("%d: %s %s %c %d\n", n, s, t, c, a);
	n = sscanf("allocated here", "%ms", &m);
	printf("%d: %s\n", n, m);
	printf("%d %d\n", sscanf("", "%d", &a), sscanf("x", "%d", &a));
	n = sscanf("0123456789", "%3d%2d%s", &a, &b, s);
	printf("%d: %d %d %s\n", n, a, b, s);
	n = sscanf("10%", "%d%%%n", &a, &b);
	printf("%d: %d %d\n", n, a, b);
}

int main(void)
{
	enum { N = 10000 };
	static int v[N];
	uint32_t s = 7;
	int bad = 0, sign = -1, key = 0;

	for (int i = 0; i < N; i++)
		v[i] = (s = s * 1664525 + 1013904223) >> 4;
	qsort(v, N, sizeof *v, cmp);
	for (int i = 1; i < N; i++)
		bad += v[i] < v[i - 1];
	key = v[777];
	printf("sorted %d found %d\n", bad, *(int *)bsearch(&key, v, N, sizeof *v, cmp) == key);
	qsort_r(v, N, sizeof *v, rcmp, &sign);
	printf("reversed %d\n", v[0] >= v[N - 1]);
	numbers();
	scans();
	printf("%d %d %d\n", abs(-3), div(-7, 2).quot, div(-7, 2).rem);
	printf("%d %d\n", fnmatch("*.[ch]", "main.c", 0), fnmatch("a/*", "a/b/c", FNM_PATHNAME));

	char *argv[] = { "prog", "-ab", "value", "--long=x", "operand", "-c", NULL };
	struct option longs[] = { { "long", required_argument, NULL, 'l' }, { 0 } };
	int c;
	while ((c = getopt_long(6, argv, "ab:c", longs, NULL)) != -1)
		printf("%c:%s ", c, optarg ? optarg : "-");
	printf("%s\n", argv[optind]);

	regex_t re;
	regmatch_t m[3];
	regcomp(&re, "([a-z]+)=([0-9]*)", REG_EXTENDED);
	printf("regexec %d:", regexec(&re, "  size=42;", 3, m, 0));
	printf(" %d-%d %d-%d\n", (int)m[1].rm_so, (int)m[1].rm_eo, (int)m[2].rm_so, (int)m[2].rm_eo);
	regfree(&re);
	hcreate(10);
	hsearch((ENTRY){ "one", (void *)1 }, ENTER);
	printf("hsearch %ld\n", (long)hsearch((ENTRY){ "one", NULL }, FIND)->data);
	printf("realpath %s\n", realpath("/tmp/../dev/./null", NULL));
	unsigned short seed[3] = { 1, 2, 3 };
	printf("erand48 %.6f\n", erand48(seed));
	printf("a64l %ld\n", a64l("abc"));
	return 0;
}
