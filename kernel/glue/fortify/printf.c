/* Formatted output with a FLAG that asks to distrust %n and the size of the buffer. */
#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>
#include "format.h"

#define FORWARD(call) ({ \
	va_list ap; \
	va_start(ap, fmt); \
	int r_ = call; \
	va_end(ap); \
	r_; })

int __vprintf_chk(int flag, const char *fmt, va_list ap) { return uk_check_format(flag, fmt), vprintf(fmt, ap); }
int __vfprintf_chk(FILE *f, int flag, const char *fmt, va_list ap) { return uk_check_format(flag, fmt), vfprintf(f, fmt, ap); }
int __vdprintf_chk(int fd, int flag, const char *fmt, va_list ap) { return uk_check_format(flag, fmt), vdprintf(fd, fmt, ap); }
int __vasprintf_chk(char **s, int flag, const char *fmt, va_list ap) { return uk_check_format(flag, fmt), vasprintf(s, fmt, ap); }

int __vsnprintf_chk(char *s, size_t n, int flag, size_t size, const char *fmt, va_list ap)
{
	if (size < n)
		__chk_fail();
	uk_check_format(flag, fmt);
	return vsnprintf(s, n, fmt, ap);
}

int __vsprintf_chk(char *s, int flag, size_t size, const char *fmt, va_list ap)
{
	uk_check_format(flag, fmt);
	if (size > 0x7fffffff)
		return vsprintf(s, fmt, ap);
	int r = vsnprintf(s, size, fmt, ap);
	if (r >= 0 && (size_t)r >= size)
		__chk_fail();
	return r;
}

int __printf_chk(int flag, const char *fmt, ...) { return FORWARD(__vprintf_chk(flag, fmt, ap)); }
int __fprintf_chk(FILE *f, int flag, const char *fmt, ...) { return FORWARD(__vfprintf_chk(f, flag, fmt, ap)); }
int __dprintf_chk(int fd, int flag, const char *fmt, ...) { return FORWARD(__vdprintf_chk(fd, flag, fmt, ap)); }
int __asprintf_chk(char **s, int flag, const char *fmt, ...) { return FORWARD(__vasprintf_chk(s, flag, fmt, ap)); }
int __snprintf_chk(char *s, size_t n, int flag, size_t size, const char *fmt, ...) { return FORWARD(__vsnprintf_chk(s, n, flag, size, fmt, ap)); }
int __sprintf_chk(char *s, int flag, size_t size, const char *fmt, ...) { return FORWARD(__vsprintf_chk(s, flag, size, fmt, ap)); }
