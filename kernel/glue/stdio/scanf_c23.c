/*
 * scanf() and its kin in programs compiled as C23: %i takes "0b101" too, and %b reads base two.
 * The stream has a flag meanwhile, which musl's parts ask for (kernel/musl/edit/internal/intscan.sed).
 */
#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>
#include "stdio_impl.h"
#include "../glue.h"

enum { C23 = 512 };

hidden int uk_vsscanf(const char *restrict s, const char *restrict format, va_list a, unsigned flags);
hidden int uk_vswscanf(const wchar_t *restrict s, const wchar_t *restrict format, va_list a, unsigned flags);

int __isoc23_vfscanf(FILE *restrict f, const char *restrict format, va_list a)
{
	FLOCK(f);
	f->flags |= C23;
	int r = vfscanf(f, format, a);
	f->flags &= ~C23;
	FUNLOCK(f);
	return r;
}

int __isoc23_vfwscanf(FILE *restrict f, const wchar_t *restrict format, va_list a)
{
	FLOCK(f);
	f->flags |= C23;
	int r = vfwscanf(f, format, a);
	f->flags &= ~C23;
	FUNLOCK(f);
	return r;
}

int __isoc23_vscanf(const char *restrict format, va_list a) { return __isoc23_vfscanf(stdin, format, a); }
int __isoc23_vwscanf(const wchar_t *restrict format, va_list a) { return __isoc23_vfwscanf(stdin, format, a); }
int __isoc23_vsscanf(const char *restrict s, const char *restrict format, va_list a) { return uk_vsscanf(s, format, a, C23); }
int __isoc23_vswscanf(const wchar_t *restrict s, const wchar_t *restrict format, va_list a) { return uk_vswscanf(s, format, a, C23); }

/* With arguments of their own. */
#define LISTED(last, call) \
{ \
	va_list a; \
	va_start(a, last); \
	int r = call; \
	va_end(a); \
	return r; \
}

int __isoc23_fscanf(FILE *restrict f, const char *restrict format, ...) LISTED(format, __isoc23_vfscanf(f, format, a))
int __isoc23_scanf(const char *restrict format, ...) LISTED(format, __isoc23_vfscanf(stdin, format, a))
int __isoc23_sscanf(const char *restrict s, const char *restrict format, ...) LISTED(format, uk_vsscanf(s, format, a, C23))
int __isoc23_fwscanf(FILE *restrict f, const wchar_t *restrict format, ...) LISTED(format, __isoc23_vfwscanf(f, format, a))
int __isoc23_wscanf(const wchar_t *restrict format, ...) LISTED(format, __isoc23_vfwscanf(stdin, format, a))
int __isoc23_swscanf(const wchar_t *restrict s, const wchar_t *restrict format, ...) LISTED(format, uk_vswscanf(s, format, a, C23))
