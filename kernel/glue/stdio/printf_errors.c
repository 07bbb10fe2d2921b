/* printf's %m with its texts. */
#include <string.h>

const char uk_printf_errors[1];

char *uk_printf_error(int err)
{
	return strerror(err);
}
