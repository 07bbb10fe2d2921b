/*
 * vfprintf() for speed: what most formats are made of - text, %d %i %u %x %c %s, with l, ll or z - is done here at once, and what
 * comes behind anything else by printf_core(), which goes on with the count. Part of stdio/vfprintf.c, as musl.mk compiles
 * it a second time.
 */
#include <stdarg.h>

/* Where a plain conversion's letter is, or NULL. */
static inline const char *plain_letter(const char *s, int *wide)
{
	s++;
	*wide = *s == 'l' || *s == 'z';
	if (*wide)
		s += s[0] == 'l' && s[1] == 'l' ? 2 : 1;
	switch (*s) {
	case 'd': case 'i': case 'u': case 'x': return s;
	case 's': case 'c': return *wide ? 0 : s;
	}
	return 0;
}

static char *digits(unsigned long v, char *end)
{
	do
		*--end = '0' + v % 10;
	while (v /= 10);
	return end;
}

static inline void put(FILE *f, const char *s, size_t l)
{
	if (f->lbf < 0 && l <= 16 && f->wend - f->wpos >= (ptrdiff_t)l) {
		while (l--)
			*f->wpos++ = *s++;
		return;
	}
	out(f, s, l);
}

/* Prints the beginning of *FMT, moves it on, and returns how much that was; negative if it is too much for an int. */
static int print_plain(FILE *f, const char **fmt, va_list *ap)
{
	size_t count = 0;

	for (const char *s = *fmt, *z = s; ; s = z) {
		char buf[24], *end = buf + sizeof buf;
		const char *at = z, *letter;
		size_t l;
		int wide;

		*fmt = z;
		if (!*z)
			return count;
		if (*z != '%') {
			while (*z && *z != '%')
				z++;
			l = z - s;
		} else {
			letter = plain_letter(s, &wide);
			if (!letter)
				return count;
			z = letter + 1;
			if (*letter == 's') {
				at = va_arg(*ap, char *);
				if (!at)
					at = "(null)";
				l = strlen(at);
			} else if (*letter == 'c') {
				buf[0] = va_arg(*ap, int);
				at = buf, l = 1;
			} else {
				long v = va_arg(*ap, long);	/* an int comes in a word as well: System V ABI, 3.5.7 */
				int has_sign = *letter == 'd' || *letter == 'i', minus;

				if (!wide)
					v = has_sign ? (int)v : (long)(unsigned)v;
				minus = has_sign && v < 0;
				char *first = *letter != 'x' ? digits(minus ? -(unsigned long)v : v, end) : v ? fmt_x(v, end, 32) : digits(0, end);

				if (minus)
					*--first = '-';
				at = first, l = end - first;
			}
		}
		if (l > INT_MAX - count) {
			errno = EOVERFLOW;
			return -1;
		}
		put(f, at, l);
		count += l;
	}
}

/* What is not plain, behind COUNT bytes. */
static __attribute__((noinline)) int print_rest(FILE *f, const char *fmt, va_list *ap, int count)
{
	int nl_type[65] = { 0 };
	union arg nl_arg[65];

	return printf_core(f, fmt, ap, nl_arg, nl_type, count);
}

/* Whether the whole format is to be looked at before anything is printed: its arguments have numbers, or its first conversion
 * may be wrong. */
static int look_first(const char *fmt)
{
	const char *first = fmt;
	int wide;

	while (*first && *first != '%')
		first++;
	return *first && (!plain_letter(first, &wide) || strchr(first, '$'));
}

static __attribute__((noinline)) int print_looked_at(FILE *f, const char *fmt, va_list *ap, int really)
{
	int nl_type[65] = { 0 };
	union arg nl_arg[65];
	va_list ap2;
	int r;

	va_copy(ap2, *ap);
	r = printf_core(0, fmt, &ap2, nl_arg, nl_type, 0);
	if (r >= 0 && really)
		r = printf_core(f, fmt, &ap2, nl_arg, nl_type, 0);
	va_end(ap2);
	return r;
}

int vfprintf(FILE *restrict f, const char *restrict fmt, va_list ap)
{
	unsigned char internal_buf[80], *saved_buf = 0;
	int olderr, ret, look = look_first(fmt);
	va_list ap2;

	if (look && print_looked_at(0, fmt, (va_copy(ap2, ap), &ap2), 0) < 0)
		return -1;
	va_copy(ap2, ap);
	FLOCK(f);
	olderr = f->flags & F_ERR;
	if (f->mode < 1) f->flags &= ~F_ERR;
	if (!f->buf_size) {
		uk_cancel_stdio(f, 0, 0);	/* before the stream has memory of this frame */
		saved_buf = f->buf;
		f->buf = internal_buf;
		f->buf_size = sizeof internal_buf;
		f->wpos = f->wbase = f->wend = 0;
	}
	if (!f->wend && __towrite(f)) {
		ret = -1;
	} else if (look) {
		ret = print_looked_at(f, fmt, &ap2, 1);
	} else {
		ret = print_plain(f, &fmt, &ap2);
		if (ret >= 0 && *fmt)
			ret = print_rest(f, fmt, &ap2, ret);
	}
	if (saved_buf) {
		f->write(f, 0, 0);
		if (!f->wpos) ret = -1;
		f->buf = saved_buf;
		f->buf_size = 0;
		f->wpos = f->wbase = f->wend = 0;
	}
	if (f->flags & F_ERR) ret = -1;
	f->flags |= olderr;
	FUNLOCK(f);
	va_end(ap2);
	return ret;
}
