/*
 * vswprintf() by a stream of UTF-8, in every locale, since a string takes what no locale can write.
 * As in glibc, a string that is too short is filled and gets no null at its end.
 */
#include "stdio_impl.h"
#include "locale_impl.h"
#include <errno.h>
#include <limits.h>
#include <wchar.h>

hidden int uk_utf8towc(wchar_t *, const char *, size_t);

struct cookie {
	wchar_t *ws;
	size_t left;
};

static int put(struct cookie *c, const unsigned char *s, size_t l)
{
	while (c->left && l) {
		int n = uk_utf8towc(c->ws, (const char *)s, l);

		if (n < 0)
			return -1;
		n += !n;
		s += n;
		l -= n;
		c->ws++;
		c->left--;
	}
	return 0;
}

static size_t sw_write(FILE *f, const unsigned char *s, size_t l)
{
	struct cookie *c = f->cookie;

	if (put(c, f->wbase, f->wpos - f->wbase) < 0 || put(c, s, l) < 0) {
		f->wpos = f->wbase = f->wend = 0;
		f->flags |= F_ERR;
		return -1;
	}
	f->wend = f->buf + f->buf_size;
	f->wpos = f->wbase = f->buf;
	return l;
}

int vswprintf(wchar_t *restrict s, size_t n, const wchar_t *restrict fmt, va_list ap)
{
	int r;
	unsigned char buf[256];
	struct cookie c = { s, n - 1 };
	FILE f = {
		.lbf = EOF,
		.write = sw_write,
		.lock = -1,
		.buf = buf,
		.buf_size = sizeof buf,
		.cookie = &c,
		.mode = 1,
		.locale = UTF8_LOCALE,
	};

	if (!n)
		return -1;
	if (n > INT_MAX) {
		errno = EOVERFLOW;
		return -1;
	}
	*s = 0;
	r = vfwprintf(&f, fmt, ap);
	sw_write(&f, 0, 0);
	if (r >= n)
		return -1;
	*c.ws = 0;
	return r;
}
