/* Wide formatted output; see printf.c. */
#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>
#include "../glue.h"

#define FORWARD(call) ({ \
	va_list ap; \
	va_start(ap, fmt); \
	int r_ = call; \
	va_end(ap); \
	r_; })

int __vwprintf_chk(int flag, const wchar_t *fmt, va_list ap) { return vwprintf(fmt, ap); }
int __vfwprintf_chk(FILE *f, int flag, const wchar_t *fmt, va_list ap) { return vfwprintf(f, fmt, ap); }

int __vswprintf_chk(wchar_t *s, size_t n, int flag, size_t size, const wchar_t *fmt, va_list ap)
{
	if (size < n)
		__chk_fail();
	return vswprintf(s, n, fmt, ap);
}

int __wprintf_chk(int flag, const wchar_t *fmt, ...) { return FORWARD(vwprintf(fmt, ap)); }
int __fwprintf_chk(FILE *f, int flag, const wchar_t *fmt, ...) { return FORWARD(vfwprintf(f, fmt, ap)); }
int __swprintf_chk(wchar_t *s, size_t n, int flag, size_t size, const wchar_t *fmt, ...) { return FORWARD(__vswprintf_chk(s, n, flag, size, fmt, ap)); }
