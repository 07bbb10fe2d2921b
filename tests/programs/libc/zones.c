// TZ strings; characters in the C locale.
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include <limits.h>

static void zone(const char *tz)
{
	setenv("TZ", tz, 1);
	tzset();
	printf("%s: [%s] [%s] %ld %d\n", tz, tzname[0], tzname[1], timezone, daylight);
	for (long t = 0; t < 2000000000; t += 97654321) {
		struct tm tm;
		localtime_r(&t, &tm);
		printf("%d-%d %d:%d %d %s %ld|", tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_isdst, tm.tm_zone, tm.tm_gmtoff);
		if (mktime(&tm) != t)
			printf("mktime differs|");
	}
	printf("\n");
}

static void bytes(void)
{
	char out[MB_LEN_MAX];
	wchar_t w[9];
	const char *s;

	printf("%d %d %d %d\n", btowc(0xe9), btowc('a'), wctob(0xe9), wctob(0xdfe9));
	errno = 0, printf("%zd", mbrtowc(w, "\xe9", 1, NULL)), printf(" %d\n", errno);
	errno = 0, printf("%d", mbtowc(w, "\xe9", 1)), printf(" %d\n", errno);
	errno = 0, printf("%zd", wcrtomb(out, 0xe9, NULL)), printf(" %d\n", errno);
	errno = 0, printf("%zd", mbstowcs(w, "ab\xe9", 8)), printf(" %d\n", errno);
	errno = 0, printf("%zd", mbstowcs(NULL, "ab\xe9", 0)), printf(" %d\n", errno);
	s = "ab\xe9", errno = 0, printf("%zd", mbsrtowcs(w, &s, 8, NULL)), printf(" %d %d\n", errno, *s & 255);
}

int main(void)
{
	static const char *zones[] = { "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "AAA-3:30BBB,J60,J300/1:30", "<+03>-3", "", "UTC", "GMT0",
		"EST5EDT4,10,200", "NZST-12NZDT,M9.5.0,M4.1.0/3", "<-0330>3:30<-0230>,M3.2.0,M11.1.0", "UTC0", "ABC-0:30", "CET-1CEST,M3.5.0/-2,M10.5.0/25" };

	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
		zone(zones[i]);
	/* Without rules: those of the United States, whichever file has them. */
	setenv("TZ", "QQQ5RRR", 1);
	for (time_t t = 1577880000; t < 1609400000; t += 2000000)
		printf("%d ", localtime(&t)->tm_isdst);
	printf("\n");
	bytes();
	return 0;
}
