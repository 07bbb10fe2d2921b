/* What printf's %m prints in an image whose files were not seen to use it:
 * the number. The builder selects printf_errors.c by uk_printf_errors when a
 * file's data holds a %m. */
#include <stdio.h>

__attribute__((__weak__)) char *uk_printf_error(int err)
{
	static char text[] = "error 000";

	for (int i = sizeof text - 2; i > 5; i--, err /= 10)
		text[i] = '0' + err % 10;
	return text;
}
