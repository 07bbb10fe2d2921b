/*
 * Time zones in POSIX's form (XBD 8.3), by glibc's reading of what is right and wrong: what cannot be read ends
 * the work, and what was read before counts.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <features.h>
#include "posix_tz.h"

static char names[2][256];

static size_t span(const char *s, int more)
{
	size_t n = 0;

	while ((s[n] | 32) - 'a' < 26U || (more && (isdigit(s[n]) || s[n] == '+' || s[n] == '-')))
		n++;
	return n;
}

static int name(const char **s, int which, struct posix_tz *tz)
{
	size_t n = span(*s, 0);
	const char *from = *s, *end = from + n;

	if (n < 3) {
		if (*from++ != '<')
			return 0;
		n = span(from, 1);
		if (n < 3 || from[n] != '>')
			return 0;
		end = from + n + 1;
	}
	if (n >= sizeof names[0])
		n = sizeof names[0] - 1;
	memcpy(names[which], from, n);
	names[which][n] = 0;
	tz->name[which] = names[which];
	*s = end;
	return 1;
}

static unsigned short number(const char **s)
{
	unsigned x = 0;

	for (; isdigit(**s); ++*s)
		x = 10 * x + **s - '0';
	return x;
}

/* Hours, minutes and seconds: how many of them there are. */
static int clock_time(const char **s, unsigned short part[3])
{
	int n = 0;

	while (n < 3 && isdigit((*s)[n > 0])) {
		if (n) {
			if (**s != ':')
				break;
			++*s;
		}
		part[n++] = number(s);
	}
	return n;
}

static int offset(const char **s, int which, struct posix_tz *tz)
{
	unsigned short part[3] = { 0 };
	int sign = 1;

	if (**s == '-' || **s == '+')
		sign = *(*s)++ == '-' ? -1 : 1;
	if (!clock_time(s, part)) {
		if (which)
			tz->offset[1] = tz->offset[0] - 3600;
		return which;
	}
	for (int i = 0; i < 3; i++)
		if (part[i] > (i ? 59 : 24))
			part[i] = i ? 59 : 24;
	tz->offset[which] = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
	return 1;
}

static int date(const char **s, int rule[5])
{
	if (**s == 'M') {
		rule[0] = 'M';
		for (int i = 1; i <= 3; i++) {
			++*s;
			if (!isdigit(**s))
				return 0;
			rule[i] = number(s);
			if (i < 3 && **s != '.')
				return 0;
		}
		return rule[1] >= 1 && rule[1] <= 12 && rule[2] >= 1 && rule[2] <= 5 && rule[3] <= 6;
	}
	const char *from = *s + (**s == 'J');
	int kind = **s == 'J' ? 'J' : 0;
	unsigned long d;

	rule[0] = kind;
	if (!isdigit(*from))
		return 0;
	d = strtoul(from, (char **)s, 10);
	if (d > 365 || (kind && !d))
		return 0;
	rule[1] = d;
	return 1;
}

static int rule(const char **s, int which, struct posix_tz *tz)
{
	static const int usa[2][3] = { { 3, 2, 0 }, { 11, 1, 0 } };	/* United States Code, title 15, 260a */
	unsigned short part[3] = { 2 };
	int *r = tz->rule[which], minus = 0;

	*s += **s == ',';
	if (!**s) {
		r[0] = 'M';
		memcpy(r + 1, usa[which], sizeof usa[which]);
	} else if (!date(s, r)) {
		return 0;
	}
	if (**s && **s != '/' && **s != ',')
		return 0;
	if (**s == '/') {
		if (!*++*s)
			return 0;
		minus = **s == '-';
		*s += minus;
		clock_time(s, part);
	}
	r[4] = (minus ? -1 : 1) * (part[0] * 3600 + part[1] * 60 + part[2]);
	return 1;
}

void uk_posix_tz(const char *s, struct posix_tz *tz)
{
	memset(tz, 0, sizeof *tz);
	tz->name[0] = tz->name[1] = "";
	if (!name(&s, 0, tz))
		return;
	if (!*s && (!strcmp(tz->name[0], "UTC") || !strcmp(tz->name[0], "GMT"))) {
		tz->name[1] = tz->name[0];	/* which are files on other machines */
		return;
	}
	if (!offset(&s, 0, tz))
		return;
	if (!*s) {
		tz->name[1] = tz->name[0];
		tz->offset[1] = tz->offset[0];
		return;
	}
	if (name(&s, 1, tz))
		offset(&s, 1, tz);
	if (rule(&s, 0, tz))
		rule(&s, 1, tz);
}
