/* printf() of what is no conversion: as glibc, that is, the flags in an order of its own. */
#include <stdio.h>
#include "../glue.h"

#define FLAG(c) (1U << ((c) - ' '))

hidden int uk_printf_unknown(FILE *f, unsigned flags, int width, int precision, int c)
{
	static const char order[] = "#'+ -0";
	char s[10] = "%", *to = s + 1;

	if (c == '%')
		return fprintf(f, "%%");
	for (const char *p = order; *p; p++)
		if (flags & FLAG(*p) && !(*p == ' ' && flags & FLAG('+')))
			*to++ = *p;
	*to = 0;
	int n = fprintf(f, width ? "%s%d" : "%s", s, width);

	if (precision >= 0)
		n += fprintf(f, ".%d", precision);
	return n + fprintf(f, "%c", c);
}
