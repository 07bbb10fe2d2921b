/* <error.h>: messages "program: text: strerror". */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char *__progname_full;

unsigned error_message_count;
int error_one_per_line;
void (*error_print_progname)(void);

static void message(int status, int err, const char *file, unsigned line, const char *fmt, va_list ap)
{
	fflush(stdout);
	if (error_print_progname)
		error_print_progname();
	else
		fprintf(stderr, file ? "%s:" : "%s: ", __progname_full);
	if (file)
		fprintf(stderr, "%s:%u: ", file, line);
	vfprintf(stderr, fmt, ap);
	error_message_count++;
	if (err)
		fprintf(stderr, ": %s", strerror(err));
	putc('\n', stderr);
	fflush(stderr);
	if (status)
		exit(status);
}

void error(int status, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(status, err, 0, 0, fmt, ap);
	va_end(ap);
}

void error_at_line(int status, int err, const char *file, unsigned line, const char *fmt, ...)
{
	static const char *last_file;
	static unsigned last_line;
	va_list ap;

	if (error_one_per_line) {
		if (last_line == line && (file == last_file || file && last_file && !strcmp(file, last_file)))
			return;
		last_file = file;
		last_line = line;
	}
	va_start(ap, fmt);
	message(status, err, file ? file : "", line, fmt, ap);
	va_end(ap);
}
