/* backtrace_symbols(): "file(function+0xoffset) [0xaddress]". dladdr() is weak, see backtrace.c. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "../glue.h"

extern __typeof__(dladdr) dladdr __attribute__((__weak__, __noplt__));

static int describe(char *b, size_t n, void *at)
{
	Dl_info i;

	if (!dladdr || !dladdr(at, &i) || !i.dli_fname)
		return snprintf(b, n, "[%p]", at);
	if (!i.dli_sname)
		return snprintf(b, n, "%s(+0x%lx) [%p]", i.dli_fname, (unsigned long)((char *)at - (char *)i.dli_fbase), at);
	return snprintf(b, n, "%s(%s+0x%lx) [%p]", i.dli_fname, i.dli_sname, (unsigned long)((char *)at - (char *)i.dli_saddr), at);
}

char **backtrace_symbols(void *const *list, int n)
{
	size_t bytes = n * sizeof(char *);
	char **out, *p, *end;

	for (int i = 0; i < n; i++)
		bytes += describe(0, 0, list[i]) + 1;
	if (!(out = malloc(bytes)))
		return 0;
	p = (char *)(out + n);
	end = (char *)out + bytes;
	for (int i = 0; i < n; i++) {
		out[i] = p;
		p += describe(p, end - p, list[i]) + 1;
	}
	return out;
}

void backtrace_symbols_fd(void *const *list, int n, int fd)
{
	char line[512];

	for (int i = 0; i < n; i++) {
		int len = describe(line, sizeof line - 1, list[i]);

		if (len > (int)sizeof line - 2)
			len = sizeof line - 2;
		line[len] = '\n';
		write(fd, line, len + 1);
	}
}

weak_alias(backtrace_symbols, __backtrace_symbols);
weak_alias(backtrace_symbols_fd, __backtrace_symbols_fd);
