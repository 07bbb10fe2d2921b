/* The kernel command line: words KEY=VALUE, a value may be "quoted" with
 * \\ \" \n and \xHH. The line is copied and unquoted once, in place. */
#include "boot.h"
#include "driver.h"
#include "kernel.h"

#define CMDLINE_MAX	0x800000	/* what boot maps is twice as much */

static char *words;		/* NUL-terminated words, one after the other */
static char *words_end;
static const char *program_words, *program_end;	/* the same, or those behind the boot module */

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
	program_words = words;
	program_end = words_end;
}

/* uk.words=N: the last N bytes of the boot module are the words that are the program's, as they are and each
 * with its NUL, since there is no loader that takes 2 MB of command line. */
void cmdline_from_module(void)
{
	const char *given = cmdline_get(CMD_WORDS, 0);
	u64 n = given ? parse_u64(given) : 0;

	if (!n)
		return;
	program_end = phys_to_virt(boot_module_start + boot_module_size);
	program_words = program_end - n;
	if (n > boot_module_size || program_end[-1])
		panic("boot: the module does not end with %lu bytes of words", n);
	boot_module_size -= n;
}

u64 cmdline_end(void)
{
	return words_end ? (u64)words_end : (u64)kernel_end;
}

static const char *find(const char *w, const char *end, const char *key)
{
	size_t n = strlen(key);

	for (; w < end; w += strlen(w) + 1)
		if (!strncmp(w, key, n) && w[n] == '=')
			return w + n + 1;
	return NULL;
}

static const char *behind(const char *word)
{
	return word + strlen(word) + 1;
}

const char *cmdline_get(const char *key, unsigned i)
{
	const char *w = find(words, words_end, key);

	while (w && i--)
		w = find(behind(w), words_end, key);
	return w;
}

const char *cmdline_word(const char *last)
{
	const char *w = last ? behind(last) : words;

	return w < words_end && *w ? w : NULL;
}

const char *cmdline_next(const char *key, const char *last)
{
	return find(last ? behind(last) : program_words, program_end, key);
}

u64 parse_u64(const char *s)
{
	u64 v = 0;

	while (*s >= '0' && *s <= '9')
		v = v * 10 + *s++ - '0';
	return v;
}
