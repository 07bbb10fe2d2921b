/* What glibc says of wide characters (unicode.c). */
#ifndef GLUE_UNICODE_H
#define GLUE_UNICODE_H

#include <wchar.h>
#include <wctype.h>

struct kind {
	unsigned short classes;	/* one bit each, in the order of wctype()'s names */
	signed char width;
	int upper, lower, title;	/* what the character's other case is away */
};

/* The kind of character C; of others than ASCII's, none is known where the locale is not UTF-8. */
hidden const struct kind *uk_kind(wint_t c, int utf8);

#define UTF8_OF(l) ((l)->cat[LC_CTYPE] != 0)

#endif
