/* strfmon() of the locales that there are: no currency symbol, no thousands, '.' and two digits behind it; '-' or parentheses for a sign. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <monetary.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct form {
	int left, parentheses, plus;
	char fill;
	long width, before, behind;	/* digits; -1: not said */
	int is_long;
};

/* -1: it is too large. */
static long number(const char **s)
{
	long n = 0;

	for (; isdigit((unsigned char)**s); ++*s)
		n = n < 0 || n > (INT_MAX - 9) / 10 ? -1 : n * 10 + (**s - '0');
	return n;
}

/* What stands between '%' and the letter. An errno. */
static int parse(const char **s, struct form *f, size_t room)
{
	*f = (struct form){ .fill = ' ', .width = -1, .before = -1, .behind = -1 };
	for (;; ++*s) {
		switch (**s) {
		case '=':
			if (!(f->fill = *++*s))
				return EINVAL;
			continue;
		case '+':
			if (f->plus || f->parentheses)
				return EINVAL;
			f->plus = 1;
			continue;
		case '(':
			if (f->plus || f->parentheses)
				return EINVAL;
			f->parentheses = 1;
			continue;
		case '-': f->left = 1; continue;
		case '^': case '!': continue;
		}
		break;
	}
	if (isdigit((unsigned char)**s)) {
		f->width = number(s);
		if (f->width < 0 || (size_t)f->width >= room)
			return E2BIG;
	}
	if (**s == '#') {
		if (!isdigit((unsigned char)*++*s))
			return EINVAL;
		f->before = number(s);
	}
	if (**s == '.') {
		if (!isdigit((unsigned char)*++*s))
			return EINVAL;
		f->behind = number(s);
	}
	if (**s == 'L') {
		f->is_long = 1;
		++*s;
	}
	if (**s != 'i' && **s != 'n')
		return EINVAL;
	++*s;
	return 0;
}

/* The value in at most ROOM bytes: how many, or -1; -2, which glibc gives no errno, if it is the number for which there is no room. */
static ssize_t put(char *to, size_t room, const struct form *f, long double v)
{
	int negative = v < 0, digits = f->behind < 0 ? 2 : f->behind, width = f->before < 0 ? 0 : f->before + (digits ? digits + 1 : 0);
	size_t n = 0, pad, l;

	if (negative || f->before >= 0) {
		if (!room)
			return -1;
		to[n++] = !negative ? ' ' : f->parentheses ? '(' : '-';
	}
	if (negative)
		v = -v;
	l = f->is_long ? snprintf(to + n, room - n, "%*.*Lf", width, digits, v) : snprintf(to + n, room - n, "%*.*f", width, digits, (double)v);
	if (l >= room - n)
		return l == room - n || n == room ? -1 : -2;
	pad = strspn(to + n, " ");
	memset(to + n, f->fill, pad);
	n += l;
	if (negative && f->parentheses) {
		if (n == room)
			return -1;
		to[n++] = ')';
	}
	if ((ssize_t)n < f->width) {
		pad = f->width - n;
		if (f->width > (ssize_t)room)
			return -1;
		if (!f->left)
			memmove(to + pad, to, n);
		memset(f->left ? to + n : to, ' ', pad);
		n = f->width;
	}
	return n;
}

static ssize_t format(char *s, size_t n, const char *fmt, va_list ap)
{
	struct form f;
	size_t at = 0;
	ssize_t l;

	errno = 0;
	while (*fmt) {
		if (*fmt != '%' || fmt[1] == '%') {
			if (at == n)
				goto full;
			fmt += *fmt == '%';
			s[at++] = *fmt++;
			continue;
		}
		fmt++;
		if ((errno = parse(&fmt, &f, n - at)))
			return -1;
		l = put(s + at, n - at, &f, f.is_long ? va_arg(ap, long double) : va_arg(ap, double));
		if (l == -2)
			return -1;
		if (l < 0)
			goto full;
		at += l;
	}
	if (at == n)
		goto full;
	s[at] = 0;
	return at;
full:
	errno = E2BIG;
	return -1;
}

/* errno stays as it is without an error. */
static ssize_t format_keeping_errno(char *s, size_t n, const char *fmt, va_list ap)
{
	int before = errno;
	ssize_t r = format(s, n, fmt, ap);

	if (!errno)
		errno = before;
	return r;
}

ssize_t strfmon_l(char *restrict s, size_t n, locale_t loc, const char *restrict fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ssize_t r = format_keeping_errno(s, n, fmt, ap);
	va_end(ap);
	return r;
}

ssize_t strfmon(char *restrict s, size_t n, const char *restrict fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ssize_t r = format_keeping_errno(s, n, fmt, ap);
	va_end(ap);
	return r;
}
