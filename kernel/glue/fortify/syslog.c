/* syslog() with the distrust flag of the printf family. */
#include <stdarg.h>
#include <syslog.h>

void __vsyslog_chk(int priority, int flag, const char *fmt, va_list ap) { vsyslog(priority, fmt, ap); }

void __syslog_chk(int priority, int flag, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsyslog(priority, fmt, ap);
	va_end(ap);
}
