/* The kernel command line: words KEY=VALUE, a value may be "quoted" with
 * \\ \" \n and \xHH. The line is copied and unquoted once, in place. */
#include "boot.h"
#include "driver.h"
#include "kernel.h"

#define CMDLINE_MAX	65536

static char *words;		/* NUL-terminated words, one after the other */
static char *words_end;

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One escape at *s, which points behind the backslash. */
static char unescape(const char **s)
{
	char c = *(*s)++;
	if (c == 'n')
		return '\n';
	if (c == 'x' && hex((*s)[0]) >= 0 && hex((*s)[1]) >= 0) {
		c = hex((*s)[0]) << 4 | hex((*s)[1]);
		*s += 2;
	}
	return c;
}

/* The words are rewritten into memory right behind the kernel, before the
 * page allocator takes it over: the first RAM range shrinks by as much. */
void cmdline_init(const char *line)
{
	char *out = words = kernel_end;
	bool quoted = false;
	const char *limit = line + CMDLINE_MAX;

	while (*line && line < limit) {
		char c = *line++;
		if (c == '"') {
			quoted = !quoted;
		} else if (c == '\\' && quoted && *line) {
			*out++ = unescape(&line);
		} else if (c == ' ' && !quoted) {
			if (out > words && out[-1])
				*out++ = 0;
		} else {
			*out++ = c;
		}
	}
	*out++ = 0;
	words_end = out;
}

u64 cmdline_end(void)
{
	return words_end ? (u64)words_end : (u64)kernel_end;
}

const char *cmdline_get(const char *key, unsigned i)
{
	size_t n = strlen(key);

	for (const char *w = words; w < words_end; w += strlen(w) + 1)
		if (!strncmp(w, key, n) && w[n] == '=' && i-- == 0)
			return w + n + 1;
	return NULL;
}
