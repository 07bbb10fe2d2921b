/* Formatted messages: %d %u %x %p %s %c with l, width, 0, and %.*s. */
#include "kernel.h"

struct out {
	char *buf;
	size_t size, len;
};

static void put(struct out *o, char c)
{
	if (o->len + 1 < o->size)
		o->buf[o->len] = c;
	o->len++;
}

static void put_number(struct out *o, u64 v, unsigned base, bool negative, int width, char fill)
{
	char digits[24];
	int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	if (negative)
		digits[n++] = '-';
	for (; width > n; width--)
		put(o, fill);
	while (n)
		put(o, digits[--n]);
}

static void put_string(struct out *o, const char *s, int width, int precision)
{
	int n = 0;

	if (!s)
		s = "(null)";
	for (; s[n] && n != precision; n++)
		put(o, s[n]);
	for (; n < width; n++)
		put(o, ' ');
}

static const char *put_directive(struct out *o, const char *f, va_list ap)
{
	char fill = *f == '0' ? '0' : ' ';
	int width = 0, precision = -1;
	bool is_long = false;

	for (; *f >= '0' && *f <= '9'; f++)
		width = width * 10 + *f - '0';
	if (f[0] == '.' && f[1] == '*') {
		precision = va_arg(ap, int);
		f += 2;
	}
	for (; *f == 'l' || *f == 'z'; f++)
		is_long = true;
	switch (*f) {
	case 'd': {
		s64 v = is_long ? va_arg(ap, s64) : va_arg(ap, int);
		put_number(o, v < 0 ? -(u64)v : (u64)v, 10, v < 0, width, fill);
		break;
	}
	case 'u':
	case 'x':
	case 'o': {
		u64 v = is_long ? va_arg(ap, u64) : va_arg(ap, u32);
		put_number(o, v, *f == 'u' ? 10 : *f == 'x' ? 16 : 8, false, width, fill);
		break;
	}
	case 'p':
		put_string(o, "0x", 0, -1);
		put_number(o, (u64)va_arg(ap, void *), 16, false, 0, ' ');
		break;
	case 's':
		put_string(o, va_arg(ap, const char *), width, precision);
		break;
	case 'c':
		put(o, va_arg(ap, int));
		break;
	default:
		put(o, *f);
	}
	return *f ? f + 1 : f;
}

int kvsnprintf(char *buf, size_t size, const char *f, va_list ap)
{
	struct out o = { buf, size, 0 };

	while (*f) {
		if (*f != '%')
			put(&o, *f++);
		else
			f = put_directive(&o, f + 1, ap);
	}
	if (size)
		buf[min(o.len, size - 1)] = 0;
	return o.len;
}

int ksnprintf(char *buf, size_t size, const char *f, ...)
{
	va_list ap;
	va_start(ap, f);
	int n = kvsnprintf(buf, size, f, ap);
	va_end(ap);
	return n;
}

void kvprintf(const char *f, va_list ap)
{
	char line[256];
	int n = kvsnprintf(line, sizeof(line), f, ap);
	serial_write(line, min(n, (int)sizeof(line) - 1));
}

void kprintf(const char *f, ...)
{
	va_list ap;
	va_start(ap, f);
	kvprintf(f, ap);
	va_end(ap);
}
