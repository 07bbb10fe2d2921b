/* strptime() with glibc's conversions, in the C locale, which is the only one for dates. */
#include <ctype.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* What was read; the rest of the date follows from it at the end. */
struct state {
	int wday, yday, mon, mday, afternoon, twelve_hours, fill, century, two_digits, sunday_week, monday_week, week;
};

static const short before_month[2][13] = {
	{ 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365 },
	{ 0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366 },
};

static int leap(const struct tm *tm)
{
	int y = 1900 + tm->tm_year;

	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

/* A number of at most n digits, from least to most; it ends before it would pass most. */
static const char *number(const char *s, int least, int most, int n, int *value)
{
	int v = 0;

	while (*s == ' ')
		s++;
	if (!isdigit(*s))
		return NULL;
	do
		v = v * 10 + *s++ - '0';
	while (--n > 0 && v * 10 <= most && isdigit(*s));
	if (v < least || v > most)
		return NULL;
	*value = v;
	return s;
}

/* One of n names from item on, or of the n short ones, whatever the case. */
static const char *name(const char *s, int item, int short_item, int n, int *value)
{
	for (int i = 0; i < n; i++)
		for (int k = 0; k < 2; k++) {
			const char *t = nl_langinfo((k ? short_item : item) + i);

			if (!strncasecmp(s, t, strlen(t))) {
				*value = i;
				return s + strlen(t);
			}
		}
	return NULL;
}

static const char *zone(const char *s, struct tm *tm)
{
	int v = 0, n = 0, minus;

	while (isspace(*s))
		s++;
	if (*s == 'Z') {
		tm->tm_gmtoff = 0;
		return s + 1;
	}
	if (*s != '+' && *s != '-')
		return NULL;
	for (minus = *s++ == '-'; n < 4 && isdigit(*s); ) {
		v = v * 10 + *s++ - '0';
		if (++n == 2 && *s == ':' && isdigit(s[1]))
			s++;
	}
	if (n == 2)
		v *= 100;
	else if (n != 4 || v % 100 >= 60)
		return NULL;
	tm->tm_gmtoff = (v / 100 * 60 + v % 100) * (minus ? -60 : 60);
	return s;
}

static const char *seconds(const char *s, struct tm *tm)
{
	time_t t = 0;

	if (!isdigit(*s))
		return NULL;
	while (isdigit(*s))
		t = t * 10 + *s++ - '0';
	return localtime_r(&t, tm) ? s : NULL;
}

static const char *parse(const char *s, const char *f, struct tm *tm, struct state *x);

/* A conversion that stands for several: it says something only if all of them match. */
static const char *parts(const char *s, const char *f, struct tm *tm, struct state *x)
{
	struct tm t = *tm;
	struct state y = *x;

	s = parse(s, f, &t, &y);
	if (s) {
		*tm = t;
		*x = y;
	}
	return s;
}

static const char *digits(const char *s)
{
	if (!isdigit(*s))
		return NULL;
	while (isdigit(*s))
		s++;
	return s;
}

static const char *blanks(const char *s)
{
	while (isspace(*s))
		s++;
	return s;
}

/* The conversions of parts of a date. */
static const char *date(const char *s, int c, struct tm *tm, struct state *x)
{
	int v;

	x->fill = 1;
	switch (c) {
	case 'b': case 'B': case 'h':
		x->mon = 1;
		return name(s, MON_1, ABMON_1, 12, &tm->tm_mon);
	case 'c': return parts(s, "%a %b %e %H:%M:%S %Y", tm, x);
	case 'C': return number(s, 0, 99, 2, &x->century);
	case 'D': case 'x': return parts(s, "%m/%d/%y", tm, x);
	case 'd': case 'e':
		x->mday = 1;
		return number(s, 1, 31, 2, &tm->tm_mday);
	case 'F': return parts(s, "%Y-%m-%d", tm, x);
	case 'm':
		if ((s = number(s, 1, 12, 2, &v)))
			tm->tm_mon = v - 1, x->mon = 1;
		return s;
	case 'y':
		if ((s = number(s, 0, 99, 2, &v)))
			tm->tm_year = v >= 69 ? v : v + 100, x->two_digits = 1;
		return s;
	case 'E':	/* %Ey: glibc reads a year, and then finds no era */
		if ((s = number(s, 0, 9999, 4, &v)))
			tm->tm_year = v;
		return NULL;
	default:	/* Y */
		if ((s = number(s, 0, 9999, 4, &v)))
			tm->tm_year = v - 1900, x->two_digits = 0;
		return s;
	}
}

static const char *weekday(const char *s, int c, struct tm *tm, struct state *x)
{
	int v;

	if (c == 'a' || c == 'A')
		s = name(s, DAY_1, ABDAY_1, 7, &v);
	else
		s = number(s, c == 'u', c == 'u' ? 7 : 6, 1, &v);
	if (s)
		tm->tm_wday = v % 7, x->wday = 1;
	return s;
}

static const char *week(const char *s, int c, struct state *x)
{
	s = number(s, 0, 53, 2, &x->week);
	if (s && c == 'U')
		x->sunday_week = 1;
	if (s && c == 'W')
		x->monday_week = 1;
	return s;
}

static const char *hour(const char *s, int c, struct tm *tm, struct state *x)
{
	int v;

	if (c == 'p') {
		if (strncasecmp(s, "AM", 2) && strncasecmp(s, "PM", 2))
			return NULL;
		x->afternoon = !strncasecmp(s, "PM", 2);
		return s + 2;
	}
	x->twelve_hours = c == 'I' || c == 'l';
	if (!x->twelve_hours)
		return number(s, 0, 23, 2, &tm->tm_hour);
	if ((s = number(s, 1, 12, 2, &v)))
		tm->tm_hour = v % 12;
	return s;
}

static const char *conversion(const char *s, int c, struct tm *tm, struct state *x)
{
	int v;

	switch (c) {
	case '%': return *s == '%' ? s + 1 : NULL;
	case 'a': case 'A': case 'u': case 'w': return weekday(s, c, tm, x);
	case 'b': case 'B': case 'h': case 'c': case 'C': case 'D': case 'x': case 'd': case 'e': case 'F':
	case 'm': case 'y': case 'Y': case 'E': return date(s, c, tm, x);
	case 'g': return number(s, 0, 99, 2, &v);
	case 'G': return digits(s);
	case 'H': case 'k': case 'I': case 'l': case 'p': return hour(s, c, tm, x);
	case 'j':
		if ((s = number(s, 1, 366, 3, &v)))
			tm->tm_yday = v - 1, x->yday = 1;
		return s;
	case 'M': return number(s, 0, 59, 2, &tm->tm_min);
	case 'n': case 't': return blanks(s);
	case 'r': return parts(s, "%I:%M:%S %p", tm, x);
	case 'R': return parts(s, "%H:%M", tm, x);
	case 's': return seconds(s, tm);
	case 'S': return number(s, 0, 61, 2, &tm->tm_sec);
	case 'T': case 'X': return parts(s, "%H:%M:%S", tm, x);
	case 'U': case 'W': return week(s, c, x);
	case 'V': return number(s, 0, 53, 2, &v);
	case 'z': return zone(s, tm);
	case 'Z':
		for (s = blanks(s); *s && !isspace(*s); s++)
			;
		return s;
	}
	return NULL;
}

static const char *parse(const char *s, const char *f, struct tm *tm, struct state *x)
{
	const char *allowed;
	int era;

	while (s && *f) {
		if (isspace(*f)) {
			s = blanks(s);
			f++;
			continue;
		}
		if (*f != '%' || !f[1]) {
			if (*f++ != *s++)
				return NULL;
			continue;
		}
		f += 1 + strspn(f + 1, "-_0^#");	/* strftime()'s flags and widths mean nothing here */
		f += strspn(f, "0123456789");
		era = *f == 'E';
		allowed = era ? "cCyYxX" : *f == 'O' ? "bBhdeHImMSUWVwy" : NULL;
		if (allowed && (!*++f || !strchr(allowed, *f)))
			return NULL;
		s = conversion(s, era && *f == 'y' ? 'E' : *f, tm, x);
		f++;
	}
	return s;
}

/* By days, with the leap days of the years that are over: January and February belong to the year before. */
static void set_weekday(struct tm *tm)
{
	long y = 1900L + tm->tm_year - (tm->tm_mon < 2), days;

	days = 365L * tm->tm_year + y / 4 - y / 100 + y / 400 + before_month[0][tm->tm_mon] + tm->tm_mday;
	tm->tm_wday = ((days + 2) % 7 + 7) % 7;	/* 1 January 1970 was a Thursday */
}

static void month_and_day(struct tm *tm, const struct state *x)
{
	int m = 1;

	while (m < 12 && before_month[leap(tm)][m] <= tm->tm_yday)
		m++;
	if (!x->mon)
		tm->tm_mon = m - 1;
	if (!x->mday)
		tm->tm_mday = tm->tm_yday - before_month[leap(tm)][m - 1] + 1;
}

/* The day of a week's number and its weekday. */
static void from_week(struct tm *tm, struct state *x)
{
	int wday = tm->tm_wday, mday = tm->tm_mday, mon = tm->tm_mon, first = x->sunday_week ? 0 : 1;

	tm->tm_mday = 1;
	tm->tm_mon = 0;
	set_weekday(tm);
	if (x->mday)
		tm->tm_mday = mday;
	if (x->mon)
		tm->tm_mon = mon;
	if (!x->yday)
		tm->tm_yday = (7 - (tm->tm_wday - first)) % 7 + (x->week - 1) * 7 + (wday - first + 7) % 7;
	if (!x->mday || !x->mon)
		month_and_day(tm, x);
	tm->tm_wday = wday;
}

static void complete(struct tm *tm, struct state *x)
{
	if (x->twelve_hours && x->afternoon)
		tm->tm_hour += 12;
	if (x->century != -1)
		tm->tm_year = (x->two_digits ? tm->tm_year % 100 : 0) + (x->century - 19) * 100;
	if (x->fill && !x->wday) {
		if (!(x->mon && x->mday) && x->yday) {
			month_and_day(tm, x);
			x->mon = x->mday = 1;
		}
		if (x->mon || (unsigned)tm->tm_mon <= 11)
			set_weekday(tm);
	}
	if (x->fill && !x->yday && (x->mon || (unsigned)tm->tm_mon <= 11))
		tm->tm_yday = before_month[leap(tm)][tm->tm_mon] + tm->tm_mday - 1;
	if ((x->sunday_week || x->monday_week) && x->wday)
		from_week(tm, x);
}

char *strptime_l(const char *restrict s, const char *restrict format, struct tm *restrict tm, locale_t loc)
{
	struct state x = { .century = -1 };

	s = parse(s, format, tm, &x);
	if (s)
		complete(tm, &x);
	return (char *)s;
}

char *strptime(const char *restrict s, const char *restrict format, struct tm *restrict tm)
{
	return strptime_l(s, format, tm, NULL);
}
