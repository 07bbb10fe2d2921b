/*
 * What the fast forms of printf(), strtod(), strftime() and qsort() answer to many random questions, as sums that must be the
 * host's; and threads whose stacks are used again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fenv.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t seed = 88172645463325252u, sum;

static uint64_t rnd(void)
{
	seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
	return seed >> 11;
}

static void add(const void *p, size_t n)
{
	for (const unsigned char *s = p; n--; s++)
		sum = (sum ^ *s) * 0x100000001b3u;
}

static void say(const char *what)
{
	printf("%s %016lx\n", what, sum);
	sum = 14695981039346656037u;
}

static void prints(void)
{
	static const char *const formats[] = { "%d", "%i-%u", "text only", "", "%ld|%lu", "a %lld b %llx", "%zu%zd", "%x %lx", "%d%%%d", "%5d %-5d|",
		"%05u", "% d%+d", "%#x", "%hhd %hd", "%c%c", "%c", "%2$d %1$d", "%d %n", "%o", "%X", "%.3d", "%lx%n%d", "%99d", "%", "ab%", "%d %" };
	static const char *const strings[] = { "%s", "<%s> %s", "%10s|%-10s", "%.3s", "%s%d", "%.*s", "%%%s" };
	char text[200];
	long n = 0;

	for (int i = 0; i < 20000; i++) {
		size_t size = rnd() % 3 ? sizeof text : rnd() % 12;
		long a = rnd() % 2 ? (int)rnd() : (long)rnd() * (rnd() % 2 ? 1 : -1), b = rnd() % 100;
		const char *f = formats[rnd() % (sizeof formats / sizeof *formats)];
		int r;

		memset(text, '.', sizeof text);
		errno = 0;
		if (strstr(f, "%n"))
			r = snprintf(text, size, f, a, &n, b), add(&n, 4);
		else
			r = snprintf(text, size, f, a, b);
		add(&r, sizeof r), add(text, sizeof text);
		f = strings[rnd() % (sizeof strings / sizeof *strings)];
		memset(text, '.', sizeof text);
		if (strstr(f, "*"))
			r = snprintf(text, size, f, (int)(rnd() % 20), "words of some kind");
		else if (strstr(f, "%d"))
			r = snprintf(text, size, f, rnd() % 5 ? "one" : NULL, (int)rnd());
		else
			r = snprintf(text, size, f, rnd() % 5 ? "one" : "", rnd() % 5 ? "a longer string than sixteen bytes" : NULL);
		add(&r, sizeof r), add(text, sizeof text);
	}
	say("snprintf");
	setvbuf(stdout, NULL, _IOLBF, 64);
	printf("%s %d, %s\n%c\n", "line", 1, "and another that is longer than all of the buffer that this stream has been given", 'x');
	fflush(stdout);
	setvbuf(stdout, NULL, _IONBF, 0);
	printf("unbuffered %ld %s\n", -5L, "text");
}

static void numbers(void)
{
	static const int modes[] = { FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO };
	static const char *const odd[] = { "", ".", "+", "1e", "1e+", "0x", "0x1p3", "1.5e5x", "  2.5", "-0", "0.", ".5", "00001.250", "1e22", "1e23",
		"9007199254740993", "9007199254740992e-22", "1..2", "1e5e5", "-.e1", "123456789012345678901234567890", "inf", "nan(12)", "1_0", "12e-00010",
		"4.9e-324", "1e400", "1e-400", "9999999999999999999", "0.000000000000000000000000000001" };
	char text[80], *end;

	for (unsigned i = 0; i < sizeof odd / sizeof *odd + 20000; i++) {
		double v;
		int used, e;

		if (i < sizeof odd / sizeof *odd)
			strcpy(text, odd[i]);
		else if (rnd() % 4)
			sprintf(text, "%s%llu.%0*llu", rnd() % 2 ? "-" : "", (unsigned long long)rnd() >> rnd() % 50, (int)(1 + rnd() % 12), (unsigned long long)rnd() % 100000);
		else
			sprintf(text, "%llue%d%s", (unsigned long long)rnd() >> rnd() % 50, (int)(rnd() % 60) - 30, rnd() % 2 ? "z" : "");
		fesetround(modes[rnd() % 4]);
		feclearexcept(FE_ALL_EXCEPT);
		errno = 0;
		v = strtod(text, &end);
		e = errno;
		used = end - text;
		if (fetestexcept(FE_INEXACT))
			used += 100;
		fesetround(FE_TONEAREST);
		if (v != v)
			v = 0;
		add(&v, sizeof v), add(&used, sizeof used), add(&e, sizeof e);
	}
	say("strtod");
}

static void times(void)
{
	static const char all[] = "aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYZz%";
	char format[12], text[100];

	setenv("TZ", "UTC", 1);
	for (int i = 0; i < 5000; i++) {
		time_t t = rnd() % 8000000000;
		struct tm tm;
		size_t n, size = rnd() % 8 ? sizeof text : rnd() % 20;

		gmtime_r(&t, &tm);
		if (rnd() % 10 == 0)
			tm.tm_mday = rnd() % 400 - 100;
		if (rnd() % 10 == 0)
			tm.tm_year = (int)(rnd() % 20000) - 9000, tm.tm_hour = rnd() % 30;
		sprintf(format, "%%%s%c-%%%c", rnd() % 4 ? "" : rnd() % 2 ? "_" : "-", all[rnd() % (sizeof all - 1)], all[rnd() % (sizeof all - 1)]);
		if (strchr(format, 's'))	/* the local time's */
			continue;
		memset(text, 0, sizeof text);
		n = strftime(text, size, format, &tm);
		add(&n, sizeof n);
		if (n)
			add(text, n);
	}
	say("strftime");
}

static int compare(const void *a, const void *b, void *arg)
{
	unsigned x = *(unsigned char *)a, y = *(unsigned char *)b;

	sum = (sum ^ x ^ y << 8) * 0x100000001b3u;
	return *(int *)arg ? (int)(sum >> 60) - 7 : (int)(x - y);
}

static void sorts(void)
{
	for (int i = 0; i < 400; i++) {
		size_t w = rnd() % 3 == 0 ? 4 : rnd() % 2 ? 8 : 1 + rnd() % 70, n = rnd() % (i % 20 ? 40 : 2000);
		unsigned char *p = malloc(n * w + 1);
		int silly = rnd() % 5 == 0;

		for (size_t k = 0; k < n * w; k++)
			p[k] = rnd() % 50;
		qsort_r(p, n, w, compare, &silly);
		add(p, n * w);
		free(p);
	}
	say("qsort");
}

static __thread int mine;
static __thread char large[5000];
static pthread_key_t key;

static void *thread(void *deep)
{
	char here[deep ? 2000000 : 100];
	long wrong = mine || large[4999] || pthread_getspecific(key);

	memset(here, 1, sizeof here);
	mine = here[50], large[4999] = 1;
	pthread_setspecific(key, here);
	errno = 7;
	return (void *)wrong;
}

static void threads(void)
{
	void *wrong, *any = 0;
	pthread_t t[6];
	pthread_attr_t small;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 << 10);
	pthread_key_create(&key, 0);
	for (int i = 0; i < 50; i++) {
		int n = 1 + i % 6;

		for (int k = 0; k < n; k++)
			pthread_create(&t[k], (i + k) % 3 ? 0 : &small, thread, (i + k) % 3 && k % 2 ? "deep" : 0);
		for (int k = 0; k < n; k++)
			pthread_join(t[k], &wrong), any = wrong ? wrong : any;
	}
	printf("threads %d\n", any != 0);
}

int main(void)
{
	sum = 14695981039346656037u;
	prints();
	numbers();
	times();
	sorts();
	threads();
	return 0;
}
