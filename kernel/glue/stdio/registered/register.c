/* register_printf_*(): tables for print.c, and parse.c's idea of what a conversion takes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "lock.h"
#include "registered.h"

static volatile int lock[1];

int register_printf_specifier(int c, print_function *print, arginfo_function *arginfo)
{
	int r = -1;

	if (c < 0 || c > 255) {
		errno = EINVAL;
		return -1;
	}
	OWN_PRINTF();
	LOCK(lock);
	if (uk_conversions || (uk_conversions = calloc(1, sizeof(*uk_conversions)))) {
		uk_conversions->print[c] = print;
		uk_conversions->arginfo[c] = arginfo;
		r = 0;
	}
	UNLOCK(lock);
	return r;
}

/* Its arginfo has no last argument, and does not miss it. */
int register_printf_function(int c, print_function *print, arginfo_function *arginfo)
{
	return register_printf_specifier(c, print, arginfo);
}

int register_printf_modifier(const wchar_t *name)
{
	static int bits;
	size_t n = wcslen(name);
	struct uk_modifier *m;
	int r = -1;

	for (size_t i = 0; i < n || !n; i++)
		if (!n || name[i] < 0 || name[i] > 255) {
			errno = EINVAL;
			return -1;
		}
	OWN_PRINTF();
	LOCK(lock);
	if (bits == 16) {
		errno = ENOSPC;
	} else if ((m = malloc(sizeof(*m) + n))) {
		for (size_t i = 0; i < n; i++)
			m->name[i] = name[i];
		m->length = n;
		r = m->bit = 1 << bits++;
		m->next = uk_modifiers;
		uk_modifiers = m;
	}
	UNLOCK(lock);
	return r;
}

int register_printf_type(va_arg_function *fn)
{
	static int next = PA_LAST;
	int r = -1;

	OWN_PRINTF();
	LOCK(lock);
	if (next == PA_TYPES) {
		errno = ENOSPC;
	} else if (uk_printf_types || (uk_printf_types = calloc(PA_TYPES - PA_LAST, sizeof(*uk_printf_types)))) {
		uk_printf_types[next - PA_LAST] = fn;
		r = next++;
	}
	UNLOCK(lock);
	return r;
}
