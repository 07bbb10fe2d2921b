/* snprintf() writes where its caller wants the text, not to a buffer of the stream's first, as musl's does. */
#include <limits.h>
#include <string.h>
#include "stdio_impl.h"

/* What is too much is counted only. */
static size_t no_room(FILE *f, const unsigned char *s, size_t l)
{
	size_t room = f->wend - f->wpos;

	if (room > l)
		room = l;
	memcpy(f->wpos, s, room);
	f->wpos += room;
	return l;
}

int vsnprintf(char *restrict s, size_t n, const char *restrict fmt, va_list ap)
{
	unsigned char none[1];
	unsigned char *to = n ? (unsigned char *)s : none;
	FILE f = {
		.lbf = EOF,
		.write = no_room,
		.lock = -1,
		.buf = to,
		.buf_size = 1,
		.wbase = to,
		.wpos = to,
		.wend = n ? to + (n < INT_MAX ? n : INT_MAX) - 1 : to,	/* beyond INT_MAX is no error: more room than there can be output */
	};
	int r;

	r = vfprintf(&f, fmt, ap);
	*f.wpos = 0;
	return r;
}
