/*
 * strftime() and wcsftime() with the flags, field widths and conversions of GNU: _ - 0 ^ #,
 * %P %k %l, and unknown conversions copied. musl's formats the fields.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include "locale_impl.h"
#include "format.h"

#pragma GCC optimize("O2")	/* each line of a log has a time */

hidden const char *__strftime_fmt_1(char (*)[100], size_t *, int, const struct tm *, locale_t, int);

/* A place in a format of chars or wide characters. */
struct in {
	const void *at;
	int wide;
};

static unsigned now(struct in f) { return f.wide ? (unsigned)*(const wchar_t *)f.at : *(const unsigned char *)f.at; }
static void step(struct in *f) { f->at = (const char *)f->at + (f->wide ? sizeof(wchar_t) : 1); }
static int one_of(unsigned c, const char *set) { return c && c < 128 && strchr(set, c); }

/* What a conversion is short for in the locales that there are, or NULL. */
static const char *meaning(unsigned c)
{
	switch (c) {
	case 'c': return "%a %b %e %H:%M:%S %Y";
	case 'D': case 'x': return "%m/%d/%y";
	case 'F': return "%Y-%m-%d";
	case 'r': return "%I:%M:%S %p";
	case 'R': return "%H:%M";
	case 'T': case 'X': return "%H:%M:%S";
	}
	return NULL;
}

/* Whether C asks for the name of a day or a month that is none. */
static int nameless(unsigned c, const struct tm *tm)
{
	return (one_of(c, "aA") && tm->tm_wday > 6U) || (one_of(c, "bBh") && tm->tm_mon > 11U);
}

/* Two digits of a number from 0 to 99. */
static size_t two(char *to, unsigned v, char tens)
{
	to[0] = v < 10 ? tens : '0' + v / 10;
	to[1] = '0' + v % 10;
	return v < 100 ? 2 : 0;
}

static size_t name(char *to, const char *names, unsigned i, unsigned count)
{
	if (i >= count)
		return 0;
	memcpy(to, names + 3 * i, 3);
	return 3;
}

/* What is usual, without a flag or a width, and quickly; 0: it is not. */
static size_t plain(char *to, unsigned c, const struct tm *tm)
{
	unsigned hour = tm->tm_hour, year = tm->tm_year + 1900U;

	switch (c) {
	case 'a': return name(to, "SunMonTueWedThuFriSat", tm->tm_wday, 7);
	case 'b': case 'h': return name(to, "JanFebMarAprMayJunJulAugSepOctNovDec", tm->tm_mon, 12);
	case 'd': return two(to, tm->tm_mday, '0');
	case 'e': return two(to, tm->tm_mday, ' ');
	case 'H': return two(to, hour, '0');
	case 'I': return hour < 24 ? two(to, (hour + 11) % 12 + 1, '0') : 0;
	case 'm': return two(to, tm->tm_mon + 1U, '0');
	case 'M': return two(to, tm->tm_min, '0');
	case 'S': return two(to, tm->tm_sec, '0');
	case 'Y': return year - 1000 < 9000 ? two(to, year / 100, '0') + two(to + 2, year % 100, '0') : 0;
	}
	return 0;
}

/* The number behind a zone's sign, padded as a flag says. */
static size_t pad_zone(char *s, size_t len, char pad)
{
	size_t i = 1;

	for (; i + 1 < len && s[i] == '0'; i++)
		if (pad == '_')
			s[i] = ' ';
	if (pad != '-' || i == 1)
		return len;
	memmove(s + 1, s + i, len - i);
	return len - i + 1;
}

static int is_flag(unsigned c) { return c == '_' || c == '-' || c == '0' || c == '^' || c == '#'; }

static void put(void *s, size_t at, unsigned c, int wide)
{
	if (wide)
		((wchar_t *)s)[at] = c;
	else
		((char *)s)[at] = c;
}

size_t uk_strftime(void *s, size_t n, const void *format, const struct tm *tm, locale_t loc, int wide)
{
	struct in f = { format, wide };
	size_t at = 0;

	if (loc == LC_GLOBAL_LOCALE)
		loc = &libc.global_locale;
	while (now(f)) {
		char field[100], *end = field;
		struct in start = f;
		const char *text;
		size_t len, width = 0, has_width = 0;
		struct tm copy;
		char pad = 0, upper = 0, swap = 0, fill;
		unsigned c;
		int year;

		if (now(f) != '%') {
			if (at + 1 >= n)
				return 0;
			put(s, at++, now(f), wide);
			step(&f);
			continue;
		}
		for (step(&f); is_flag(now(f)); step(&f)) {
			if (now(f) == '^')
				upper = 1;
			else if (now(f) == '#')
				swap = 1;
			else
				pad = now(f);
		}
		for (; now(f) - '0' < 10; step(&f), has_width = 1)
			width = width < 10000 ? width * 10 + (now(f) - '0') : width;
		const char *allowed = now(f) == 'E' ? "CPRTXYZcnprstuxyz%" : now(f) == 'O' ? "BCGHIMPRSTUVWZbdeghjklmnprstuwyz%" : NULL;
		if (allowed)
			step(&f);
		c = now(f);
		if (allowed && !one_of(c, allowed))
			goto unknown;
		if (!has_width && !pad && !upper && !swap && (len = plain(field, c, tm))) {
			step(&f);
			if (at + len >= n)
				return 0;
			for (size_t i = 0; i < len; i++)
				put(s, at++, (unsigned char)field[i], wide);
			continue;
		}

		switch (c) {
		case 'P':
			text = __strftime_fmt_1(&field, &len, 'p', tm, loc, 0);
			break;
		case 'k': case 'l':
			text = __strftime_fmt_1(&field, &len, c == 'k' ? 'H' : 'I', tm, loc, pad ? pad : '_');
			break;
		case 's':	/* of the local time that the fields say */
			copy = *tm;
			len = snprintf(field, sizeof field, "%lld", (long long)mktime(&copy));
			text = field;
			break;
		case 'Z':	/* as it is, where musl trusts its own names only */
			text = tm->__tm_zone;
			if ((!text || !*text) && tm->tm_isdst >= 0) {
				tzset();
				text = tzname[tm->tm_isdst > 0];
			}
			len = text ? strlen(text) : 0;
			text = text ? text : "";
			break;
		case 'Y':	/* an int, that may overflow, and no more digits than it has */
			len = snprintf(field, sizeof field, "%d", (int)(tm->tm_year + 1900U));
			text = field;
			break;
		case 'C':
			year = tm->tm_year + 1900U;
			len = snprintf(field, sizeof field, "%d", year / 100 - (year % 100 < 0));
			text = field;
			break;
		case 'y': case 'g':
			year = tm->tm_year % 100;
			if (c == 'g')
				year = (int)strtoll(__strftime_fmt_1(&field, &len, 'G', tm, loc, '-'), NULL, 10) % 100;
			len = snprintf(field, sizeof field, pad == '_' ? "%2d" : pad == '-' ? "%d" : "%02d", (year + 100) % 100);
			text = field;
			break;
		case 'G':
			text = __strftime_fmt_1(&field, &len, c, tm, loc, '-');
			len = snprintf(field, sizeof field, "%d", (int)strtoll(text, NULL, 10));
			text = field;
			break;
		case 'u':
			len = snprintf(field, sizeof field, "%d", (tm->tm_wday - 1 + 7) % 7 + 1);
			text = field;
			break;
		case 0:
			text = 0;
			break;
		default:
			if (nameless(c, tm)) {
				text = "?";
				len = 1;
			} else if (meaning(c)) {
				len = uk_strftime(field, sizeof field, meaning(c), tm, loc, 0);
				text = field;
			} else {
				text = c < 128 ? __strftime_fmt_1(&field, &len, c, tm, loc, pad) : 0;
			}
		}
		if (!text) {	/* as it is */
		unknown:
			if (c)
				step(&f);
			len = ((const char *)f.at - (const char *)start.at) / (wide ? sizeof(wchar_t) : 1);
			for (; width > len; width--) {
				if (at + 1 >= n)
					return 0;
				put(s, at++, pad == '0' ? '0' : ' ', wide);
			}
			for (; start.at != f.at; step(&start)) {
				if (at + 1 >= n)
					return 0;
				put(s, at++, (upper || swap && one_of(c, "bh")) && now(start) < 128 ? toupper(now(start)) : now(start), wide);
			}
			continue;
		}
		step(&f);
		if (text != field) {
			if (len > sizeof field)
				len = sizeof field;
			memcpy(field, text, len);
			text = field;
		}
		if (c == 'z' && (pad == '_' || pad == '-'))
			len = pad_zone(field, len, pad);
		end += len;
		for (char *p = field; p < end; p++) {
			if (c == 'P' || swap && (c == 'p' || c == 'Z'))
				*p = tolower(*p);
			else if (upper || swap && one_of(c, "aAbBh"))
				*p = toupper(*p);
		}

		/* With a width, the field's own padding gives way to it; and an offset's sign is a field of the same width. */
		int number = one_of(c, "CdegGHIjklmMsSuUVwWyY");

		if (c == 'z' && !len)
			continue;
		if (c == 'z') {
			number = 1;
			for (size_t i = 1; i < width; i++) {
				if (at + 1 >= n)
					return 0;
				put(s, at++, pad == '0' ? '0' : ' ', wide);
			}
			if (at + 1 >= n)
				return 0;
			put(s, at++, *text, wide);
			for (text++, len--; (pad == '_' || pad == '-') && len > 1 && *text == '0'; text++)
				len--;
			if (pad == '_' && width < 4)
				width = 4;
		}
		fill = pad == '_' || pad == '-' ? ' ' : pad == '0' ? '0' : number && !one_of(c, "ekls") ? '0' : ' ';
		if (has_width && number && width > len) {
			while (len > 1 && (*text == '0' || *text == ' '))
				text++, len--;
			if (*text == '-' && fill == '0' && width >= len && at + 1 < n) {
				put(s, at++, '-', wide);
				text++, len--, width--;
			}
		}
		if (at + (width > len ? width : len) >= n)
			return 0;
		for (; width > len; width--)
			put(s, at++, fill, wide);
		for (size_t i = 0; i < len; i++)
			put(s, at++, (unsigned char)text[i], wide);
	}
	if (at < n)
		put(s, at, 0, wide);
	return at < n ? at : 0;
}
