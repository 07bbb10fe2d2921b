/* syslog() with the distrust flag of the printf family. */
#include <stdarg.h>
#include <syslog.h>
#include "format.h"

void __vsyslog_chk(int priority, int flag, const char *fmt, va_list ap) { uk_check_format(flag, fmt), vsyslog(priority, fmt, ap); }

void __syslog_chk(int priority, int flag, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	__vsyslog_chk(priority, flag, fmt, ap);
	va_end(ap);
}
