/* vfprintf() of images that can register conversions (glue/stdio/registered), which alone ask for this file. libc's own is
 * weak, and the builder leaves out the fast one. */
#include <features.h>
#include <stdarg.h>
#include <stdio.h>

hidden const char uk_registered_printf[1];

hidden int uk_registered_vfprintf(FILE *, const char *, va_list);

int vfprintf(FILE *restrict f, const char *restrict fmt, va_list ap)
{
	return uk_registered_vfprintf(f, fmt, ap);
}
