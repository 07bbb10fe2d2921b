/* Lines of a name and a number, as many files of /proc have. */
#ifndef LINES_H
#define LINES_H

#include "types.h"

struct text;

/* NAMES has for each line a small letter, which says the number, and the name, up to a colon or a space that belongs to it.
 * FORMAT is for the name, as %.*s, and the number, as %lu. */
void put_lines(struct text *t, const char *names, const char *format, const u64 numbers[26]);
#define LETTER(c)	[(c) - 'a']	/* in NUMBERS */

#define MEMORY_LINE	"%16.*s%8lu kB\n"

#endif
