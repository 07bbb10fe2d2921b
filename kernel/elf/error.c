/* The reason of a failure on its way up to whoever reports it: the start of
 * the program prints it, dlopen() gives it to dlerror(). */
#include "dynlink.h"

char loader_message[512];
bool dlopen_runs;

bool loader_fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	kvsnprintf(loader_message, sizeof(loader_message), fmt, ap);
	va_end(ap);
	return false;
}
