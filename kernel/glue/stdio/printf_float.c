/* What printf does for %f and its like in an image whose files were seen to
 * have no floating point value to print: it says so. The builder selects the
 * real one, libc's stdio-printf_float.o, by uk_printf_floats. */
#include <stdio.h>

void kprintf(const char *fmt, ...);

__attribute__((__weak__)) int uk_fmt_fp(FILE *f, long double y, int w, int p, int fl, int t)
{
	kprintf("printf: %%%c is not in this image: [kernel] symbols=uk_printf_floats adds it\n", t);
	return 0;
}
