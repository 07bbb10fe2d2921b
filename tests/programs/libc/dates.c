// strptime() of what strftime() wrote, damaged now and then, and of single
// conversions; all fields afterwards.
#define _GNU_SOURCE
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static unsigned long long state = 88172645463325252ull;
static unsigned long digest;

static unsigned rnd(unsigned n)
{
	state ^= state << 13, state ^= state >> 7, state ^= state << 17;
	return (state >> 11) % n;
}

static void note(unsigned long v)
{
	digest = (digest ^ v) * 0x9e3779b97f4a7c15ul;
	digest ^= digest >> 31;
}

static void show(const char *s, const char *format)
{
	struct tm t = { 0 };
	char *end = strptime(s, format, &t);

	printf("%s with %s: %td", s, format, end ? end - s : -1);
	if (end)
		printf(" %d-%d-%d %d:%d:%d w%d y%d %+ld", t.tm_year, t.tm_mon, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, t.tm_wday, t.tm_yday, t.tm_gmtoff);
	printf("\n");
}

static void one(void)
{
	static const char conversions[] = "aAbBcCdDeFgGhHIjklmMnprRSTuUVwWxXyYzZ%t";
	char format[60] = "", s[300] = "";
	time_t when = (long)rnd(2000000000) * (1 + rnd(2));
	struct tm t, got = { 0 };
	char *end;

	localtime_r(&when, &t);
	for (int n = 1 + rnd(5); n--;) {
		char c[4] = { '%', conversions[rnd(sizeof conversions - 1)], " -:/"[rnd(4)] };

		strcat(format, c);
	}
	strftime(s, sizeof s, format, &t);
	if (!rnd(4) && *s)
		s[rnd(strlen(s))] = '0' + rnd(10);
	if (rnd(2))
		got = (struct tm){ .tm_year = rnd(200), .tm_mon = rnd(12), .tm_mday = 1 + rnd(28), .tm_wday = rnd(7) };
	end = strptime(s, format, &got);
	note(end ? end - s : -1);
	if (!end || (unsigned)got.tm_yday > 365)	/* beyond the year glibc reads beyond a table */
		return;
	note(got.tm_year), note(got.tm_mon), note(got.tm_mday), note(got.tm_hour), note(got.tm_min), note(got.tm_sec);
	note(got.tm_wday), note(got.tm_yday), note(got.tm_gmtoff), note(got.tm_isdst);
}

int main(void)
{
	static const char *cases[][2] = {
		{ "2024-07-03T10:11:12 +0200", "%FT%T %z" }, { "Z", "%z" }, { "-05:30", "%z" }, { "+02", "%z" }, { "+1", "%z" }, { "+1260", "%z" },
		{ "  +0130", "%z" }, { "1700000000", "%s" }, { "x", "%s" }, { "CEST 5", "%Z %d" }, { " 7", "%k" }, { "07 PM", "%l %p" },
		{ "12 am", "%I %p" }, { "2020 60", "%Y %j" }, { "2021 60", "%Y %j" }, { "2024 10 3", "%Y %U %w" }, { "2024 10 Mon", "%Y %W %a" },
		{ "7", "%u" }, { "0", "%u" }, { "19 70", "%C %y" }, { "20", "%C" }, { "20", "%EC" }, { "2020", "%EY" }, { "87", "%Ey" }, { "3", "%Om" },
		{ "31", "%Od" }, { "Jan", "%Ob" }, { "5", "%Eu" }, { "5", "%Q" }, { "1/2/20", "%Ex" }, { "sePTember", "%b" }, { "sep", "%B" },
		{ "10:20:30 pm", "%r" }, { "9999", "%Y" }, { "99999", "%Y" }, { "68", "%y" }, { "69", "%y" }, { "366", "%j" }, { "367", "%j" }, { "61", "%S" },
		{ "62", "%S" }, { "5x", "%dx" }, { "%", "%%" }, { "a", "%" }, { "12", "%_d" }, { "2015 53", "%G %V" }, { "15", "%g" }, { "Thu Jan  1 00:00:00 1970", "%c" },
		{ "0", "%Y" }, { "am", "%P" }, { "5", "%+" }, { "1 2", "%n%d%t%m" },
	};

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		show(cases[i][0], cases[i][1]);
	for (int i = 0; i < 20000; i++) {
		one();
		if (i % 1000 == 999)
			printf("%016lx%c", digest, i % 4000 == 3999 ? '\n' : ' ');
	}
	struct tm t = { 0 };
	printf("%d\n", strptime_l("Mon", "%a", &t, newlocale(LC_ALL_MASK, "C", NULL)) ? t.tm_wday : -1);
	return 0;
}
