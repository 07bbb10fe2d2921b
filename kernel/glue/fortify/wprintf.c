/* Wide formatted output; see printf.c. */
#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>
#include "format.h"

#define FORWARD(call) ({ \
	va_list ap; \
	va_start(ap, fmt); \
	int r_ = call; \
	va_end(ap); \
	r_; })

int __vwprintf_chk(int flag, const wchar_t *fmt, va_list ap) { return uk_check_wide_format(flag, fmt), vwprintf(fmt, ap); }
int __vfwprintf_chk(FILE *f, int flag, const wchar_t *fmt, va_list ap) { return uk_check_wide_format(flag, fmt), vfwprintf(f, fmt, ap); }

int __vswprintf_chk(wchar_t *s, size_t n, int flag, size_t size, const wchar_t *fmt, va_list ap)
{
	if (size < n)
		__chk_fail();
	uk_check_wide_format(flag, fmt);
	return vswprintf(s, n, fmt, ap);
}

int __wprintf_chk(int flag, const wchar_t *fmt, ...) { return FORWARD(__vwprintf_chk(flag, fmt, ap)); }
int __fwprintf_chk(FILE *f, int flag, const wchar_t *fmt, ...) { return FORWARD(__vfwprintf_chk(f, flag, fmt, ap)); }
int __swprintf_chk(wchar_t *s, size_t n, int flag, size_t size, const wchar_t *fmt, ...) { return FORWARD(__vswprintf_chk(s, n, flag, size, fmt, ap)); }
