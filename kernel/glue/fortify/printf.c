/* Formatted output with a FLAG that asks glibc to distrust %n (not done here) and the size of the buffer. */
#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>
#include "../glue.h"

#define FORWARD(call) ({ \
	va_list ap; \
	va_start(ap, fmt); \
	int r_ = call; \
	va_end(ap); \
	r_; })

int __vprintf_chk(int flag, const char *fmt, va_list ap) { return vprintf(fmt, ap); }
int __vfprintf_chk(FILE *f, int flag, const char *fmt, va_list ap) { return vfprintf(f, fmt, ap); }
int __vdprintf_chk(int fd, int flag, const char *fmt, va_list ap) { return vdprintf(fd, fmt, ap); }
int __vasprintf_chk(char **s, int flag, const char *fmt, va_list ap) { return vasprintf(s, fmt, ap); }

int __vsnprintf_chk(char *s, size_t n, int flag, size_t size, const char *fmt, va_list ap)
{
	if (size < n)
		__chk_fail();
	return vsnprintf(s, n, fmt, ap);
}

int __vsprintf_chk(char *s, int flag, size_t size, const char *fmt, va_list ap)
{
	if (size > 0x7fffffff)
		return vsprintf(s, fmt, ap);
	int r = vsnprintf(s, size, fmt, ap);
	if (r >= 0 && (size_t)r >= size)
		__chk_fail();
	return r;
}

int __printf_chk(int flag, const char *fmt, ...) { return FORWARD(vprintf(fmt, ap)); }
int __fprintf_chk(FILE *f, int flag, const char *fmt, ...) { return FORWARD(vfprintf(f, fmt, ap)); }
int __dprintf_chk(int fd, int flag, const char *fmt, ...) { return FORWARD(vdprintf(fd, fmt, ap)); }
int __asprintf_chk(char **s, int flag, const char *fmt, ...) { return FORWARD(vasprintf(s, fmt, ap)); }
int __snprintf_chk(char *s, size_t n, int flag, size_t size, const char *fmt, ...) { return FORWARD(__vsnprintf_chk(s, n, flag, size, fmt, ap)); }
int __sprintf_chk(char *s, int flag, size_t size, const char *fmt, ...) { return FORWARD(__vsprintf_chk(s, flag, size, fmt, ap)); }
