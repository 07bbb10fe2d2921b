/* Calendar arithmetic and formats, in UTC and in a POSIX time zone. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void show(time_t t)
{
	char buf[200];
	struct tm tm;

	strftime(buf, sizeof buf, "%Y-%m-%d %H:%M:%S %a %A %b %B %j %U %W %V %G %p %I %e %y %C %u %w %% %D %T %R %F %s", gmtime_r(&t, &tm));
	puts(buf);
	strftime(buf, sizeof buf, "%c|%x|%X|%Z|%z", localtime_r(&t, &tm));
	puts(buf);
	printf("%s", asctime(&tm));
	printf("back %lld\n", (long long)mktime(&tm));
}

int main(void)
{
	struct tm tm = { 0 };

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	show(0);
	show(951826554);
	show(1720000000);
	show(4102444800);
	show(-1);
	printf("%s\n", strptime("2024-02-29 13:14:15", "%Y-%m-%d %H:%M:%S", &tm) ? "parsed" : "refused");
	printf("%d %d %d %d %d\n", tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_sec);
	tm.tm_mon += 25;
	printf("%lld\n", (long long)timegm(&tm));
	printf("%d %d\n", tm.tm_year, tm.tm_mon);
	return 0;
}
