/*
 * dlinfo(3) with RTLD_DI_SERINFO: where the libraries that an object needs are looked for, as glibc tells it. Of the folders that
 * search.c looks through at last those are named that Debian's ld.so has; it finds others by ld.so.cache, of which it does not tell.
 */
#include "dlfcn.h"
#include "search.h"

enum { SPACE = 64 << 10 };

static const char defaults[] = "/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib";

struct folders {
	char *text;		/* each ends with a 0 */
	size_t used, begin;	/* BEGIN: of the list that is added */
	unsigned count;
	bool full;
};

static bool known(const struct folders *l, const char *folder)
{
	for (size_t at = l->begin; at < l->used; at += strlen(l->text + at) + 1)
		if (!strcmp(l->text + at, folder))
			return true;
	return false;
}

/* Without slashes at the end; "" is the working directory. */
static void add(struct folders *l, struct text_out *o)
{
	while (o->len > 1 && o->buf[o->len - 1] == '/')
		o->len--;
	if (o->len >= PATH_SIZE - 1 || l->used + o->len + 2 > SPACE) {
		l->full = true;
		return;
	}
	o->buf[o->len] = 0;
	const char *name = o->len ? o->buf : ".";
	if (known(l, name))
		return;
	memcpy(l->text + l->used, name, strlen(name) + 1);
	l->used += strlen(name) + 1;
	l->count++;
}

static void add_list(struct folders *l, const char *list, const struct module *m)
{
	struct text_out o;
	bool more = list && *list;

	l->begin = l->used;
	while (more) {
		const char *next = search_expand(&o, list, m);
		more = next > list && next[-1] == ':';
		list = next;
		add(l, &o);
	}
}

static void add_tag(struct folders *l, const struct module *m, int tag)
{
	if (module_has(m, tag))
		add_list(l, module_string(m, m->dyn[tag]), m);
}

static void add_rpaths(struct folders *l, const struct module *by)
{
	bool main_seen = false;

	for (const struct module *m = by; m; m = m->loader) {
		main_seen |= m == main_module;
		if (!module_has(m, DT_RUNPATH))
			add_tag(l, m, DT_RPATH);
	}
	if (!main_seen && !module_has(main_module, DT_RUNPATH))
		add_tag(l, main_module, DT_RPATH);
}

static void fill(struct dl_serinfo *info, const struct folders *l)
{
	char *to = (char *)&info->paths[l->count];

	memcpy(to, l->text, l->used);
	for (unsigned i = 0; i < l->count; i++) {
		info->paths[i].name = to;
		info->paths[i].flags = 0;
		to += strlen(to) + 1;
	}
}

bool dlinfo_search(const struct module *m, int request, struct dl_serinfo *info)
{
	struct folders l = { .text = loader_alloc(SPACE) };

	if (!l.text)
		return loader_fail("out of memory");
	bool own = !m->is_kernel && m->strtab;
	if (own && !module_has(m, DT_RUNPATH))
		add_rpaths(&l, m);
	else if (!own)
		add_rpaths(&l, main_module);
	add_list(&l, search_environment("LD_LIBRARY_PATH"), main_module);
	if (own)
		add_tag(&l, m, DT_RUNPATH);
	add_list(&l, defaults, NULL);
	if (request == RTLD_DI_SERINFO) {
		fill(info, &l);
	} else {
		info->count = l.count;
		info->size = sizeof(*info) + l.count * sizeof(*info->paths) + l.used;
	}
	loader_free(l.text);
	return l.full ? loader_fail("too many folders to search") : true;
}
