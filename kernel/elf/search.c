/* Finds libraries by name (ld.so(8)): the DT_RPATH of who needs it and of those
 * that needed that, LD_LIBRARY_PATH, DT_RUNPATH, default directories. There is
 * no ld.so.cache: the image holds few directories. */
#include "dynlink.h"
#include "search.h"
#include "vfs.h"

static const char defaults[] =
	"/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib64:/usr/lib64:/lib:/usr/lib:/usr/local/lib";

struct attempt {
	const char *name;
	struct elf_file *file;
	const char **path;
	bool bad;		/* found, but of no use: loader_message says why */
};

/* dlerror() has glibc's words. */
static const char *in_ld_so_words(const char *why)
{
	if (!dlopen_runs)
		return why;
	return why == elf_too_short ? "file too short" : why == elf_not_elf ? "invalid ELF header" : why;
}

static bool try_path(struct attempt *a, char *path)
{
	bool missing;
	KERNEL_LOCK();
	const char *kept = loader_string(path);

	if (!kept)
		return false;
	const char *why = elf_open(a->file, kept, &missing);
	if (!why && a->file->ehdr.type != ET_DYN) {
		elf_close(a->file);
		why = "not a shared library";
		missing = false;
	}
	if (why) {
		if (!missing) {
			loader_fail("%s: %s", path, in_ld_so_words(why));
			a->bad = true;
		}
		return false;
	}
	*a->path = a->file->name = kept;
	return true;
}

static void put(struct text_out *o, const char *s, size_t n)
{
	if (o->len + n < sizeof(o->buf)) {
		memcpy(o->buf + o->len, s, n);
		o->len += n;
	} else {
		o->len = sizeof(o->buf);	/* too long: no such file */
	}
}

/* $ORIGIN, ${ORIGIN}, $LIB, $PLATFORM. Returns how much of S was the word. */
static size_t put_variable(struct text_out *o, const char *s, const struct module *m)
{
	static const struct { const char *name, *value; } words[] = {
		{ "ORIGIN", NULL }, { "LIB", "lib/x86_64-linux-gnu" }, { "PLATFORM", "x86_64" },
	};
	bool brace = s[1] == '{';

	for (unsigned i = 0; i < array_len(words); i++) {
		size_t n = strlen(words[i].name);
		if (strncmp(s + 1 + brace, words[i].name, n) || (brace && s[2 + n] != '}'))
			continue;
		const char *value = words[i].value ? words[i].value : m && m->origin ? m->origin : "/";
		put(o, value, strlen(value));
		return 1 + n + 2 * brace;
	}
	put(o, s, 1);
	return 1;
}

const char *search_expand(struct text_out *o, const char *list, const struct module *m)
{
	o->len = 0;
	while (*list && *list != ':') {
		if (*list == '$') {
			list += put_variable(o, list, m);
		} else {
			put(o, list++, 1);
		}
	}
	return list + (*list == ':');
}

static bool try_list(struct attempt *a, const char *list, const struct module *m)
{
	struct text_out o;

	while (list && *list && !a->bad) {
		bool empty = *list == ':';	/* the working folder; $ORIGIN of the root is empty as well */

		list = search_expand(&o, list, m);
		if (!empty)
			put(&o, "/", 1);
		put(&o, a->name, strlen(a->name) + 1);
		if (o.len < sizeof(o.buf) && try_path(a, o.buf))
			return true;
	}
	return false;
}

static bool try_rpath(struct attempt *a, const struct module *m)
{
	for (; m && !a->bad; m = m->loader)
		if (module_has(m, DT_RPATH) && !module_has(m, DT_RUNPATH) &&
		    try_list(a, module_string(m, m->dyn[DT_RPATH]), m))
			return true;
	return false;
}

const char *search_environment(const char *name)
{
	size_t n = strlen(name);

	for (char **e = start_envp; e && *e; e++)
		if (!strncmp(*e, name, n) && (*e)[n] == '=')
			return *e + n + 1;
	return NULL;
}

bool search_library(const char *name, const struct module *by, struct elf_file *f, const char **path)
{
	struct attempt a = { .name = name, .file = f, .path = path };
	bool slash = false;

	for (const char *s = name; *s; s++)
		slash |= *s == '/';
	if (slash) {
		struct text_out o = { .len = 0 };
		for (const char *s = name; *s;) {
			if (*s == '$') {
				s += put_variable(&o, s, by);
			} else {
				put(&o, s++, 1);
			}
		}
		put(&o, "", 1);
		if (o.len < sizeof(o.buf) && try_path(&a, o.buf))
			return true;
	} else {
		bool runpath = by && module_has(by, DT_RUNPATH);
		if ((!runpath && try_rpath(&a, by)) ||
		    (!a.bad && try_list(&a, search_environment("LD_LIBRARY_PATH"), main_module)) ||
		    (!a.bad && runpath && try_list(&a, module_string(by, by->dyn[DT_RUNPATH]), by)) ||
		    (!a.bad && try_list(&a, defaults, NULL)))
			return true;
	}
	if (!a.bad && dlopen_runs)
		loader_fail("%s: cannot open shared object file: No such file or directory", name);
	else if (!a.bad)
		loader_fail("%s: cannot open shared object file (wanted by %s): no such file in the image; add it",
			name, by && *by->name ? by->name : exec_name);
	return false;
}
