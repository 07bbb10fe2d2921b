/* Failed assertions, worded as glibc does. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char *__progname;

_Noreturn void __assert_fail(const char *expr, const char *file, unsigned line, const char *func)
{
	fflush(stdout);
	fprintf(stderr, "%s%s%s:%u: %s%sAssertion `%s' failed.\n", __progname, *__progname ? ": " : "",
		file, line, func ? func : "", func ? ": " : "", expr);
	fflush(stderr);
	abort();
}

_Noreturn void __assert_perror_fail(int err, const char *file, unsigned line, const char *func)
{
	fflush(stdout);
	fprintf(stderr, "%s%s%s:%u: %s%sUnexpected error: %s.\n", __progname, *__progname ? ": " : "",
		file, line, func ? func : "", func ? ": " : "", strerror(err));
	fflush(stderr);
	abort();
}

_Noreturn void __assert(const char *expr, const char *file, int line) { __assert_fail(expr, file, line, 0); }
