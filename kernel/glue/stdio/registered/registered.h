/* Conversions, modifiers and types of printf() that a program has registered: printf.h of glibc. */
#ifndef REGISTERED_H
#define REGISTERED_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include "../../glue.h"

struct printf_info {
	int prec, width, spec;
	unsigned is_long_double:1, is_short:1, is_long:1, alt:1, space:1, left:1, showsign:1, group:1, extra:1, is_char:1, wide:1, i18n:1, is_binary128:1, unused:3;
	unsigned short user;	/* bits of registered modifiers */
	int pad;
};

typedef int print_function(FILE *, const struct printf_info *, const void *const *args);
typedef int arginfo_function(const struct printf_info *, size_t n, int *types, int *sizes);
typedef void va_arg_function(void *to, va_list *);

enum { PA_INT, PA_CHAR, PA_WCHAR, PA_STRING, PA_WSTRING, PA_POINTER, PA_FLOAT, PA_DOUBLE, PA_LAST };
enum { PA_LONG_LONG = 1 << 8, PA_LONG = 1 << 9, PA_SHORT = 1 << 10, PA_PTR = 1 << 11, PA_FLAGS = 0xff00, PA_TYPES = 256 };

struct uk_modifier {
	struct uk_modifier *next;
	int bit, length;
	char name[];
};

/* vfprintf() is print.c's then: what registers anything says so. */
extern hidden const char uk_registered_printf[1];
#define OWN_PRINTF()	__asm__ volatile(".reloc ., R_X86_64_NONE, uk_registered_printf")

/* Null until there is one. */
extern hidden struct uk_conversions {
	print_function *print[256];
	arginfo_function *arginfo[256];
} *uk_conversions;
extern hidden struct uk_modifier *uk_modifiers;
extern hidden va_arg_function **uk_printf_types;	/* from PA_LAST on */

/* One conversion of a format. Indexes of arguments are -1 where there is none. */
struct uk_spec {
	struct printf_info info;
	const char *begin, *end;	/* '%', and what comes behind */
	int width_arg, prec_arg, data_arg, ndata, type, size;
};

/* Reads the conversion at *S; *NEXT is the next argument without a position, *MOST one past the highest index. */
hidden void uk_parse_spec(const char *s, struct uk_spec *, int *next, int *most);
/* The types of arguments of all specs. */
hidden void uk_spec_types(const struct uk_spec *, int most, int *types, int *sizes);

#endif
