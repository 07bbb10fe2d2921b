// Ends of a program with a message: which, the argument says. And the one without, that runs no handlers.
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void with(void (*end)(int, const char *, va_list), int status, const char *format, ...)
{
	va_list a;

	va_start(a, format);
	end(status, format, a);
}

static void handler(void)
{
	fprintf(stderr, "a handler\n");
}

int main(int argc, char **argv)
{
	const char *how = argv[1];

	atexit(handler);
	errno = ENOENT;
	if (!strcmp(how, "err"))
		err(3, "%s %d", "with", 1);
	if (!strcmp(how, "errx"))
		errx(3, NULL);
	if (!strcmp(how, "verr"))
		with(verr, 3, "%s", "of a list");
	if (!strcmp(how, "verrx"))
		with(verrx, 3, "%s", "of a list");
	fprintf(stderr, "no end\n");
	_Exit(3);
}
