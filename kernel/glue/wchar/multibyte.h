/*
 * Characters and bytes as glibc's converters treat them. UTF-8 has its original range: up to six bytes and
 * 31 bits. What is left of an unfinished character stays in the state, also when the next byte turns out wrong.
 */
#ifndef MULTIBYTE_H
#define MULTIBYTE_H

#include <stddef.h>
#include <wchar.h>
#include "../locale/locale_object.h"

enum { LONGEST = 6 };

/* What an mbstate_t holds. mbsinit() looks at the first word. */
struct multibyte {
	unsigned char have, need;	/* bytes of an unfinished character */
	unsigned char surrogate;	/* uchar16.c: value is one half of a pair */
	unsigned value;
};

_Static_assert(sizeof(struct multibyte) <= sizeof(mbstate_t), "the state fits");

/* decode.c: what became of a character of S's N > 0 bytes: the number of bytes it took, or one of these. */
enum { ILLEGAL = -1, UNFINISHED = -2 };
hidden int uk_decode(struct multibyte *st, const char *s, size_t n, wchar_t *wc);
/* encode.c: writes WC's bytes to S, which has room for LONGEST, and returns their number, or ILLEGAL with errno set. */
hidden int uk_encode(char *s, wchar_t wc);

#endif
