// Strings, numbers, memory, random numbers: the names that other programs do not call.
#define _GNU_SOURCE
#define __NO_CTYPE 1
#include <argz.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <malloc.h>
#include <nl_types.h>
#include <printf.h>
#include <search.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#define E(call) (errno = 0, shown = (long)(call), printf("%s: %ld %d\n", #call, shown, errno))
#define T(text) (printf("%s: %s\n", #text, text))
static long shown;
static locale_t loc;
#define D(type, name, ...) extern type name(__VA_ARGS__)
D(char *, __stpcpy, char *, const char *); D(char *, __stpncpy, char *, const char *, size_t); D(int, __strcasecmp, const char *, const char *); D(int, __strcasecmp_l, const char *, const char *, locale_t); D(int, __strncasecmp_l, const char *, const char *, size_t, locale_t);
D(char *, __strcasestr, const char *, const char *); D(int, __strcoll_l, const char *, const char *, locale_t); D(size_t, __strxfrm_l, char *, const char *, size_t, locale_t); D(char *, __strdup, const char *); D(char *, __strndup, const char *, size_t); D(char *, __strerror_r, int, char *, size_t);
D(char *, __strtok_r, char *, const char *, char **); D(char *, __strsep_g, char **, const char *); D(int, __strverscmp, const char *, const char *); D(void, __bzero, void *, size_t); D(int, __ffs, int); D(void *, __mempcpy, void *, const void *, size_t); D(void *, __rawmemchr, const void *, int); D(int, __memcmpeq, const void *, const void *, size_t);
D(long, __strtol_internal, const char *, char **, int, int); D(unsigned long, __strtoul_internal, const char *, char **, int, int); D(long long, __strtoll_internal, const char *, char **, int, int); D(unsigned long long, __strtoull_internal, const char *, char **, int, int);
D(double, __strtod_internal, const char *, char **, int); D(float, __strtof_internal, const char *, char **, int); D(long double, __strtold_internal, const char *, char **, int); D(double, __strtod_l, const char *, char **, locale_t); D(float, __strtof_l, const char *, char **, locale_t); D(long double, __strtold_l, const char *, char **, locale_t);
D(long, __strtol_l, const char *, char **, int, locale_t); D(unsigned long, __strtoul_l, const char *, char **, int, locale_t); D(long long, __strtoll_l, const char *, char **, int, locale_t); D(unsigned long long, __strtoull_l, const char *, char **, int, locale_t);
D(size_t, __strftime_l, char *, size_t, const char *, const struct tm *, locale_t); D(char *, __nl_langinfo_l, nl_item, locale_t); D(locale_t, __newlocale, int, const char *, locale_t); D(locale_t, __duplocale, locale_t); D(void, __freelocale, locale_t); D(locale_t, __uselocale, locale_t);
D(char *, __dgettext, const char *, const char *); D(char *, __dcgettext, const char *, const char *, int); D(int, __isinf, double); D(int, __isinff, float); D(int, __isinfl, long double); D(int, __isnan, double); D(int, __isnanf, float); D(int, __isnanl, long double);
D(void *, __tsearch, const void *, void **, int (*)(const void *, const void *)); D(void *, __tfind, const void *, void *const *, int (*)(const void *, const void *)); D(void *, __tdelete, const void *, void **, int (*)(const void *, const void *)); D(void, __twalk, const void *, void (*)(const void *, VISIT, int)); D(void, __twalk_r, const void *, void (*)(const void *, VISIT, void *), void *);
D(void *, __libc_malloc, size_t); D(void *, __libc_calloc, size_t, size_t); D(void *, __libc_realloc, void *, size_t); D(void, __libc_free, void *); D(void *, __libc_memalign, size_t, size_t); D(void *, __libc_valloc, size_t); D(void *, __libc_pvalloc, size_t); D(void *, __libc_reallocarray, void *, size_t, size_t);
D(size_t, __argz_count, const char *, size_t); D(char *, __argz_next, const char *, size_t, const char *); D(void, __argz_stringify, char *, size_t, int); D(struct tm *, __gmtime_r, const time_t *, struct tm *); D(int, __asprintf, char **, const char *, ...); D(int, __xpg_strerror_r, int, char *, size_t);
D(char *, fcvt, double, int, int *, int *); D(char *, ecvt, double, int, int *, int *); D(int, __libc_secure_getenv, const char *);
__asm__(".symver __secure_getenv, __secure_getenv@GLIBC_2.2.5"); D(char *, __secure_getenv, const char *);

static void strings(void)
{
	char b[100] = "", *p, *save;

	E(__stpcpy(b, "ab") - b), E(__stpncpy(b, "abc", 2) - b), E(stpcpy(b, "x") - b), E(__strcasecmp("A", "b")), E(__strcasecmp_l("A", "b", loc)), E(strcasecmp_l("A", "a", loc)), E(strncasecmp_l("Ab", "aC", 1, loc)), E(__strncasecmp_l("Ab", "aC", 2, loc)), T(__strcasestr("Hello", "LL")), E(__strcoll_l("a", "b", loc) < 0), E(strcoll_l("b", "a", loc) > 0), E(strxfrm(b, "abc", 50)), E(strxfrm_l(b, "abc", 50, loc)), E(__strxfrm_l(b, "abc", 50, loc));
	p = __strdup("dup"), T(p), free(p), p = __strndup("dup", 2), T(p), free(p), T(__strerror_r(2, b, 50)), T(strerror_l(2, loc)), E(__xpg_strerror_r(9999, b, 50)), T(b), E(__xpg_strerror_r(2, b, 3)), T(strerrorname_np(2)), T(strerrordesc_np(2)), strcpy(b, "a,b;c"), T(__strtok_r(b, ",;", &save)), T(strtok_r(NULL, ",;", &save)), strcpy(b, "x y"), T(strtok(b, " ")), T(strtok(NULL, " ")), E(strtok(NULL, " ") != NULL);
	strcpy(b, "1:2"), p = b, T(__strsep_g(&p, ":")), T(strsep(&p, ":")), E(p != NULL), E(__strverscmp("a10", "a9") > 0), E(strverscmp("1.0", "1.00") ), E(strverscmp("000", "00") < 0), E(strverscmp("01", "010") < 0), E(strverscmp("a", "a")), memset(b, 'x', 10), __bzero(b, 2), bzero(b + 2, 1), explicit_bzero(b + 3, 1), E(b[3] + b[4]), E(__ffs(8)), E(ffs(0)), E(ffsl(1L << 40)), E(ffsll(-1)), E((char *)__mempcpy(b, "ab", 2) - b), E((char *)mempcpy(b, "ab", 2) - b);
	E((char *)__rawmemchr("abc", 'c') - (char *)"abc" >= 0), E((char *)rawmemchr(b, 'b') - b), E(!!__memcmpeq("a", "b", 1)), E(bcmp("a", "a", 1)), bcopy("move", b, 5), T(b), E(memccpy(b, "abcdef", 'c', 10) - (void *)b), E((char *)memrchr("abca", 'a', 4) != NULL), T(index("hello", 'l')), T(rindex("hello", 'l')), E(strspn("aab", "a")), T(strpbrk("hello", "l")), strncpy(b, "abc", 10), T(strncat(b, "defg", 2)), E(strnlen("abc", 2)), T(strchrnul("abc", 'q')), swab("abcd", b, 4), T(basename("/a/b/")), T(basename("x"));
	E(isascii(200)), E(tolower('A')), E(toupper(0xe9)), T(gettext("message")), T(dgettext("d", "m")), T(dcgettext("d", "m", LC_MESSAGES)), T(ngettext("one", "many", 2)), T(dngettext("d", "one", "many", 1)), T(dcngettext("d", "one", "many", 5, LC_MESSAGES)), T(__dgettext("d", "m")), T(__dcgettext("d", "m", 5)), T(textdomain(NULL)), T(textdomain("dom")), T(bindtextdomain("dom", "/tmp")), T(bind_textdomain_codeset("dom", "UTF-8")), E(catopen("/none/cat", 0) == (nl_catd)-1), T(catgets((nl_catd)-1, 1, 1, "default")), E(catclose((nl_catd)-1));
}

static void numbers(void)
{
	char *p, b[100], *a = NULL;
	size_t n = 0;
	int dec, sign;
	static const double d[] = { 0, 1, 0.5, 1.5, 2.5, 9.995, 123.456, 1e20, 1e-7, 0.000123456, 99.9999, 5e-324, 1e300, -2.675 };

	E(atoi("12x")), E(atol("-5")), E(atoll("7")), printf("%g\n", atof("1.5e3x")), E(strtoq("5", NULL, 10)), E(strtouq("6", NULL, 10)), E(strtol_l("7", NULL, 10, loc)), E(strtoul_l("8", NULL, 10, loc)), E(strtoll_l("9", NULL, 10, loc)), E(strtoull_l("10", NULL, 10, loc)), E(__strtol_internal("11", NULL, 10, 0)), E(__strtoul_internal("12", NULL, 10, 0)), E(__strtoll_internal("13", NULL, 10, 0)), E(__strtoull_internal("14", NULL, 10, 0)), E(__strtol_l("15", NULL, 10, loc)), E(__strtoul_l("16", NULL, 10, loc)), E(__strtoll_l("17", NULL, 10, loc)), E(__strtoull_l("18", NULL, 10, loc));
	E(strtol("", &p, 10)), E(strtol("x", &p, 10)), E(strtol("5", NULL, 1)), E(strtol("5", NULL, 37)), E(strtol("0x", &p, 16)), T(p), E(strtol("0b11", &p, 0)), T(p), E(strtol("-9223372036854775809", NULL, 10)), E(strtoul("-1", NULL, 10)), E(strtoul("-18446744073709551616", NULL, 10)), E(strtoimax("zz", NULL, 36)), E(strtoumax("-5", NULL, 0)), E(a64l("./z")), T(l64a(12345)), E(labs(-5)), E(llabs(-6)), E(imaxabs(-7)), E(abs(-8)), E(div(-7, 2).quot), E(ldiv(-7, 2).rem), E(lldiv(7, -2).rem), E(imaxdiv(-7, 2).rem);
	static const char *const texts[] = { "4.9e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "2.2250738585072011e-308", "2.2250738585072014e-308", "2.22507385850720138e-308", "1.7976931348623159e308", "1e-310", "0x1p-1074", "0x1.8p-1074", "0x1p-1075", "0x1.00000000000001p-1022", "0x0.8p-1022", "1e-5000", "0x1p-20000", "nan(0x5)", "-inf", "1e", "0x.8", ".", "1.4e-45", "7e-46", "1.17549435e-38", "0x1p-149", "0x1.1p-149", "3.6e-4951", "1e-4940", "0x1p-16445" };
	for (int i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		errno = 0, printf("%s: %a", texts[i], strtod(texts[i], &p)), printf(" %d %s", errno, p);
		errno = 0, printf(" %a", strtof(texts[i], &p)), printf(" %d %s", errno, p), errno = 0, printf(" %La", strtold(texts[i], &p)), printf(" %d %s\n", errno, p);
	}
	printf("%g %g %Lg %g %g %Lg %g %g %Lg\n", strtod_l("1", NULL, loc), strtof_l("2", NULL, loc), strtold_l("3", NULL, loc), __strtod_l("4", NULL, loc), __strtof_l("5", NULL, loc), __strtold_l("6", NULL, loc), __strtod_internal("7", NULL, 0), __strtof_internal("8", NULL, 0), __strtold_internal("9", NULL, 0));
	printf("%g %g %g %Lg\n", (double)strtof32_l("1", NULL, loc), (double)strtof64_l("2", NULL, loc), (double)strtof32x_l("3", NULL, loc), (long double)strtof64x_l("4", NULL, loc)), strfromd(b, 50, "%.3f", 1.5), T(b), strfromf(b, 50, "%g", 2.5f), T(b), strfroml(b, 50, "%a", 1.0L), T(b);
	for (int i = 0; i < 14; i++)
		for (int k = -1; k < 18; k += 3) {
			printf("%g %d:", d[i], k), dec = sign = 0, printf(" %s", fcvt(d[i], k, &dec, &sign)), printf(" %d %d", dec, sign), printf(" %s", ecvt(d[i], k, &dec, &sign)), printf(" %d %d", dec, sign), printf(" %s", gcvt(d[i], k < 1 ? 1 : k, b));
			printf(" %d", fcvt_r(d[i], k, &dec, &sign, b, 50)), printf(" %s", b), printf(" %d %s", ecvt_r(d[i], k, &dec, &sign, b, 50), b), printf(" %s %s", qfcvt(d[i], k, &dec, &sign), qecvt(d[i], k, &dec, &sign)), printf(" %d %d %s\n", qfcvt_r(d[i], k, &dec, &sign, b, 50), qecvt_r(d[i], k, &dec, &sign, b, 50), qgcvt(d[i], k < 1 ? 1 : k, b));
		}
	E(__isinf(-1.0 / 0)), E(__isinff(1)), E(__isinfl(1.0L / 0)), E(!!__isnan(0.0 / 0)), E(__isnanf(1)), E(__isnanl(1)), E(isinf(-1.0 / 0)), E(isinff(1)), E(isinfl(-1.0L / 0)), E(!!isnan(0.0 / 0)), E(isnanf(1)), E(isnanl(1));
	argz_create((char *[]){ "a", "bb", NULL }, &a, &n), E(n), E(__argz_count(a, n)), T(__argz_next(a, n, a)), T(argz_next(a, n, NULL)), E(argz_add(&a, &n, "c")), E(argz_insert(&a, &n, a, "0")), E(argz_add_sep(&a, &n, "x:y", ':')), __argz_stringify(a, n, ','), T(a), free(a);
	T(__nl_langinfo_l(CODESET, loc)), T(nl_langinfo_l(DAY_1, loc));
	struct tm tm = { .tm_year = 100, .tm_mday = 1 };
	time_t t = 86400;
	strftime_l(b, 100, "%c", &tm, loc), T(b), __strftime_l(b, 100, "%x", &tm, loc), T(b), T(asctime_r(__gmtime_r(&t, &tm), b)), T(ctime_r(&t, b)), T(ctime(&t)), printf("%g\n", difftime(5, 3)), E(timelocal(&tm)), E(dysize(2000)), E(timespec_getres(&(struct timespec){ 0 }, 1)), E(timespec_get(&(struct timespec){ 0 }, 1)), E(timespec_get(&(struct timespec){ 0 }, 99)), T(tzname[0]), E(timezone), E(daylight);
	locale_t l2 = __newlocale(LC_ALL_MASK, "C", NULL), l3 = __duplocale(l2);
	E(__uselocale(l3) != NULL), E(__uselocale(LC_GLOBAL_LOCALE) == l3), __freelocale(l2), freelocale(l3);
}

static int compare_ints(const void *a, const void *b) { return *(int *)a - *(int *)b; }
static int compare(const void *a, const void *b) { return strcmp(a, b); }
static void show(const void *n, VISIT v, int depth) { if (v == leaf || v == postorder) printf("%s(%d) ", *(char **)n, depth); }
static void show_r(const void *n, VISIT v, void *arg) { if (v == leaf || v == postorder) printf("%s%s ", *(char **)n, (char *)arg); }

static void other(void)
{
	void *root = NULL, *p;
	struct drand48_data dr;
	struct random_data rd = { 0 };
	unsigned short x[3] = { 1, 2, 3 }, y[7] = { 1, 2, 3, 4, 5, 6, 7 };
	char state[64];
	long l;
	int r;
	double d;

	for (int i = 0; i < 7; i++)
		__tsearch(&"dbfaceg"[i * 2 % 7], &root, compare);
	__twalk(root, show), puts(""), __twalk_r(root, show_r, "!"), puts(""), twalk_r(root, show_r, "?"), puts(""), E(__tfind("g", &root, compare) != NULL), E(__tdelete("g", &root, compare) != NULL), E(__tdelete("zzz", &root, compare) != NULL), tdestroy(root, (void (*)(void *))abs);
	struct qelem { void *f, *b; } q1 = { 0 }, q2 = { 0 };
	insque(&q1, NULL), insque(&q2, &q1), E(q1.f == &q2), remque(&q2), E(q1.f != NULL), E(*(int *)bsearch(&(int){ 3 }, (int[]){ 1, 2, 3 }, 3, 4, compare_ints)), E(*(int *)lfind(&(int){ 2 }, (int[]){ 1, 2 }, &(size_t){ 2 }, 4, compare_ints));
	srand48_r(5, &dr), erand48_r(x, &dr, &d), printf("%g", d), nrand48_r(x, &dr, &l), printf(" %ld", l), jrand48_r(x, &dr, &l), printf(" %ld", l), seed48_r(x, &dr), lrand48_r(&dr, &l), printf(" %ld", l), lcong48_r(y, &dr), mrand48_r(&dr, &l), printf(" %ld\n", l), srand48(7), printf("%ld %ld %ld", nrand48(x), jrand48(x), lrand48()), seed48(x), printf(" %ld", lrand48()), lcong48(y), printf(" %ld\n", lrand48());
	initstate_r(3, state, 64, &rd), random_r(&rd, &r), printf("%d", r), srandom_r(4, &rd), random_r(&rd, &r), printf(" %d %d\n", r, setstate_r(state, &rd)), srandom(9), printf("%ld\n", random()), E(arc4random_uniform(1)), arc4random_buf(state, 8), arc4random();
	E(realloc(malloc(5), 0) != NULL), E(reallocarray(malloc(5), 0, 4) != NULL), E((p = __libc_malloc(5)) != NULL), p = __libc_realloc(p, 100), __libc_free(p), E((p = __libc_calloc(2, 3)) && !*(char *)p), free(p), E((uintptr_t)__libc_memalign(64, 5) % 64), E((uintptr_t)__libc_valloc(5) % 4096), E((uintptr_t)__libc_pvalloc(5) % 4096), E((uintptr_t)valloc(5) % 4096), E((uintptr_t)pvalloc(1) % 4096), E(__libc_reallocarray(NULL, 2, 3) != NULL), E(malloc_usable_size(malloc(24))), E(malloc_usable_size(malloc(1000))), E(malloc_usable_size(NULL));
	E(secure_getenv("NOPE") != NULL), E(__secure_getenv("NOPE") != NULL), E(getsubopt(&(char *){ (char[]){ "b=5" } }, (char *[]){ "a", "b", NULL }, (char **)&p)), E(rpmatch("y"));
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	setenv("TZ", "UTC", 1), tzset();
	loc = newlocale(LC_ALL_MASK, "C", NULL);
	strings(), numbers(), other();
	return 0;
}
