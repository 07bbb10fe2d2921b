/* Two files that the image builder wrote: the index of modules, lines of two words,
 * and the kernel's addresses that modules may want, in the form of kernel.sym. */
#include "modules.h"
#include "vfs.h"

#define MAX_TABLE 0x100000
#define INTERFACE_PREFIX "interface_"

static char *text, *text_end;		/* the index; each word ends in a NUL */
static char *symbols, *symbols_end;	/* "address size name", each word as well */

static char *read_words(const char *name, char **end)
{
	static char none[3];
	struct vnode *v;
	char *words = NULL;

	if (!vfs_lookup(module_loader->parent, name, 0, &v)) {
		u64 n = min(v->size, (u64)MAX_TABLE);
		words = kzalloc(n + 3);
		*end = words + n;
		if (words && vnode_read(v, words, n, 0) != (long)n)
			words = NULL;
		vnode_put(v);
	}
	if (!words) {	/* as if it were empty: every module is refused */
		kprintf(MODULES_FOLDER "%s: cannot be read, so no module is loaded; build the image again\n", name);
		return *end = none;
	}
	for (char *s = words; s < *end; s++)
		if (*s <= ' ')
			*s = 0;
	return words;
}

void tables_read(void)
{
	text = read_words(MODULES_INDEX, &text_end);
	symbols = read_words(MODULES_SYMBOLS, &symbols_end);
}

static u64 number(const char *s)
{
	u64 n = 0;

	for (; *s; s++)
		n = n << 4 | (*s <= '9' ? *s - '0' : (*s | 0x20) - 'a' + 10);
	return n;
}

static char *next_word(char *s)
{
	return s + strlen(s) + 1;
}

u64 kernel_symbol(const char *name)
{
	for (char *s = symbols, *n; (n = next_word(next_word(s))) < symbols_end; s = next_word(n))
		if (!strcmp(n, name))
			return number(s);
	return 0;
}

const char *kernel_interface(void **slot)
{
	for (char *s = symbols, *n; (n = next_word(next_word(s))) < symbols_end; s = next_word(n))
		if (!strncmp(n, INTERFACE_PREFIX, sizeof(INTERFACE_PREFIX) - 1) && number(s) == (u64)slot)
			return n + sizeof(INTERFACE_PREFIX) - 1;
	return NULL;
}

bool index_next(const char **alias, char **module)
{
	*alias = *alias ? *module + strlen(*module) + 1 : text;
	*module = (char *)*alias + strlen(*alias) + 1;
	return *module < text_end;
}

char *index_find(const char *wanted, unsigned i)
{
	const char *alias = NULL;
	char *module;

	while (index_next(&alias, &module))
		if (!strcmp(alias, wanted) && !i--)
			return module;
	return NULL;
}
