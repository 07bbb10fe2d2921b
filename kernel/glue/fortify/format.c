/* %n in a format that can be written to is how attacks through formats write memory: fortified functions refuse it. */
#include <string.h>
#include <wchar.h>
#include "format.h"

/* kernel/core/mm/writable.c */
int uk_is_writable(const void *p, unsigned long n);

#define MODIFIERS "0123456789$*.-+ #'IhlLqjzZt"

/* Whether a conversion ends in n. */
#define WRITES(name, CHAR) \
static int name(const CHAR *s) \
{ \
	while (*s) { \
		if (*s++ != '%') \
			continue; \
		while (*s && (unsigned)*s < 0x80 && strchr(MODIFIERS, *s)) \
			s++; \
		if (*s == 'n') \
			return 1; \
		s += !!*s; \
	} \
	return 0; \
}
WRITES(writes, char)
WRITES(wide_writes, wchar_t)

static _Noreturn void refuse(void) { uk_fatal("*** %n in writable segment detected ***\n"); }

void uk_check_format(int flag, const char *format)
{
	if (flag > 0 && writes(format) && uk_is_writable(format, strlen(format) + 1))
		refuse();
}

void uk_check_wide_format(int flag, const wchar_t *format)
{
	if (flag > 0 && wide_writes(format) && uk_is_writable(format, (wcslen(format) + 1) * sizeof(wchar_t)))
		refuse();
}
