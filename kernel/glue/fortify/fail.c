/* The ends of failed checks: a message as glibc's, then SIGABRT. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../glue.h"

_Noreturn void uk_fatal(const char *message)
{
	write(2, message, strlen(message));
	abort();
}

_Noreturn void __libc_fatal(const char *message) { uk_fatal(message); }

_Noreturn void __fortify_fail(const char *what)
{
	write(2, "*** ", 4);
	write(2, what, strlen(what));
	uk_fatal(" ***: terminated\n");
}

_Noreturn void __chk_fail(void) { __fortify_fail("buffer overflow detected"); }
