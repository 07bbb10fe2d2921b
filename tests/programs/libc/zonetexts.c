/* Zones in POSIX's form, right and wrong ones; mktime() about fields at random; strftime() about odd fields. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static unsigned seed = 5;

static unsigned below(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

static void show(const struct tm *t)
{
	printf("%d-%d-%d %d:%d:%d w%d y%d d%d %ld %s", t->tm_year, t->tm_mon, t->tm_mday, t->tm_hour, t->tm_min, t->tm_sec, t->tm_wday, t->tm_yday,
		t->tm_isdst, t->tm_gmtoff, t->tm_zone);
}

static void instants(void)
{
	static const long times[] = { 0, -1, 951782400, 1079999999, 1289109599, 1289109600, 1300000000, 1583020800, 2147483648, 4102444800, -5000000000, 100000000000,
		-62135596800, 67768036191676800, -67768040609740801 };

	for (unsigned i = 0; i < sizeof times / sizeof *times; i++) {
		struct tm tm = { 0 }, copy;

		if (!localtime_r(&times[i], &tm)) {
			printf("%ld none %d\n", times[i], errno);
			continue;
		}
		printf("%ld ", times[i]);
		show(&tm);
		for (int dst = -1; dst <= 1; dst++) {
			copy = tm;
			copy.tm_isdst = dst;
			printf(" %ld", mktime(&copy));
			printf(" %d", copy.tm_isdst);
		}
		puts("");
	}
}

static void fields(void)
{
	for (int i = 0; i < 25; i++) {
		struct tm tm = { .tm_year = below(200), .tm_mon = below(40) - 10, .tm_mday = below(100) - 30, .tm_hour = below(60) - 20, .tm_min = below(200) - 60,
			.tm_sec = below(3000) - 1000, .tm_isdst = (int)below(3) - 1 };

		printf("%ld ", mktime(&tm));
		show(&tm);
		puts("");
	}
}

static void formats(void)
{
	static const char *const formats[] = { "%Y", "%G", "%F", "%c", "%a", "%B", "%u", "%Z", "%z", "%10Y", "%05d", "%10", "%8Q", "%010F", "%^B", "%_d", "%-d", "%D", "%r", "%X", "%C", "%y", "%g", "%_y", "%-g", "%4C", "%3y" };
	static const struct tm odd[] = { { .tm_year = -1899, .tm_mday = 1, .tm_isdst = -1, .tm_zone = "XYZ" }, { .tm_year = 100000, .tm_mon = 13, .tm_mday = -4, .tm_wday = 9, .tm_zone = "A" },
		{ .tm_year = -2000, .tm_mon = 1, .tm_mday = 9, .tm_wday = 3 }, { .tm_year = 2147483647, .tm_yday = 364, .tm_wday = 3 } };

	for (unsigned i = 0; i < sizeof formats / sizeof *formats; i++)
		for (unsigned k = 0; k < sizeof odd / sizeof *odd; k++) {
			char text[100] = "";

			printf("%s %zu", formats[i], strftime(text, sizeof text, formats[i], &odd[k]));
			printf(" [%s]\n", text);
		}
}

int main(void)
{
	static const char *const zones[] = { "UTC0", "XST5XDT,M3.2.0,M11.1.0", "CET-1CEST,M3.5.0/2,M10.5.0/3", "<+03>-3", "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "AAA", "AAA+", "A", "AB3",
		"XYZ3:30:15", "XXX3YYY2,J60,J300", "XXX3YYY2,0/24,365/-24", "XXX3YYY,59/167,J365/-167", "NZST-12NZDT,M9.5.0,M4.1.0/3", "ABC1DEF,M13.1.0,M4.1.0", "ABC1DEF,M3.6.0,M4.1.0",
		"ABC1DEF,M3.1.0", "<ABC>5", "<AB", "<AB1>5", "IST-2IDT,M3.4.4/26,M10.5.0", "WART4WARST,J1/0,J365/25", "ABC+25", "ABC-26", "ABC12345", "ABC5DEF4:30,M1.1.0/0,M7.1.0/0",
		"ABC 1", "ABC1,M3.1.0,M4.1.0", "A1B", "+1", "-5", "ABC5DEF,J0,J10", "ABC5DEF,366,10", ":XYZ5", "Averylongname3Anotherlongname,M3.2.0,M11.1.0" };

	for (unsigned i = 0; i < sizeof zones / sizeof *zones; i++) {
		setenv("TZ", zones[i], 1);
		tzset();
		printf("%s: %s %s %ld %d\n", zones[i], tzname[0], tzname[1], timezone, daylight);
		instants();
		fields();
	}
	formats();
	return 0;
}
