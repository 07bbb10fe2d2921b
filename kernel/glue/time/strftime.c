/*
 * strftime() with the flags, field widths and conversions of GNU: _ - 0 ^ #,
 * %P %k %l, and unknown conversions copied. musl's formats the fields.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#pragma GCC diagnostic ignored "-Wunused-value"
#include "locale_impl.h"

hidden const char *__strftime_fmt_1(char (*)[100], size_t *, int, const struct tm *, locale_t, int);

size_t strftime_l(char *restrict s, size_t n, const char *restrict f, const struct tm *restrict tm, locale_t loc)
{
	size_t at = 0;

	if (loc == LC_GLOBAL_LOCALE)
		loc = &libc.global_locale;
	while (*f) {
		char field[100], *end = field;
		const char *start = f, *text;
		size_t len, width = 0, has_width = 0;
		struct tm copy;
		char pad = 0, upper = 0, swap = 0, fill, c;

		if (*f != '%') {
			if (at + 1 >= n)
				return 0;
			s[at++] = *f++;
			continue;
		}
		for (f++; *f && strchr("_-0^#", *f); f++) {
			if (*f == '^')
				upper = 1;
			else if (*f == '#')
				swap = 1;
			else
				pad = *f;
		}
		for (; (unsigned)*f - '0' < 10; f++, has_width = 1)
			width = width < 10000 ? width * 10 + (*f - '0') : width;
		if (*f == 'E' || *f == 'O')
			f++;
		c = *f;

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
			text = tm->tm_isdst < 0 || !tm->__tm_zone ? "" : tm->tm_zone;
			len = strlen(text);
			break;
		case 0:
			text = 0;
			break;
		default:
			text = __strftime_fmt_1(&field, &len, c, tm, loc, pad);
		}
		if (!text) {	/* unknown: as it is */
			if (c)
				f++;
			len = f - start;
			if (at + len >= n)
				return 0;
			memcpy(s + at, start, len);
			at += len;
			continue;
		}
		f++;
		if (text != field) {
			if (len > sizeof field)
				len = sizeof field;
			memcpy(field, text, len);
			text = field;
		}
		end += len;
		for (char *p = field; p < end; p++) {
			if (c == 'P' || swap && (c == 'p' || c == 'Z'))
				*p = tolower(*p);
			else if (upper || swap && strchr("aAbBh", c))
				*p = toupper(*p);
		}

		/* With a width, the field's own padding gives way to it. */
		int number = c && strchr("CdegGHIjklmMsSuUVwWyY", c);

		fill = pad == '_' || pad == '-' ? ' ' : pad == '0' ? '0' : number && !strchr("ekl", c) ? '0' : ' ';
		if (has_width && number) {
			while (len > 1 && (*text == '0' || *text == ' '))
				text++, len--;
		}
		if (at + (width > len ? width : len) >= n)
			return 0;
		for (; width > len; width--)
			s[at++] = fill;
		memcpy(s + at, text, len);
		at += len;
	}
	if (at < n)
		s[at] = 0;
	return at < n ? at : 0;
}

size_t strftime(char *restrict s, size_t n, const char *restrict f, const struct tm *restrict tm)
{
	return strftime_l(s, n, f, tm, CURRENT_LOCALE);
}
