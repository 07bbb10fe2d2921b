/* A time zone in POSIX's form, as __tz.c has it. */
#include <features.h>
struct posix_tz {
	char *name[2];
	long offset[2];		/* to be added to local time */
	int rule[2][5];		/* 'M', 'J' or 0; month and week and weekday, or day; seconds of the day */
};
hidden void uk_posix_tz(const char *s, struct posix_tz *tz);
