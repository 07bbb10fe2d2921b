/* Libraries from files. The image builder selects this file by exec_libraries
 * when the image holds any, and so does dlopen(). */
#include "dynlink.h"
#include "vfs.h"

const char exec_libraries[1];

static struct module *find_file(const struct vnode *v)
{
	for (struct module *m = modules; m; m = m->next)
		if (m->vnode == v)
			return m;
	return NULL;
}

/* The kernel's modules carry its kit's fingerprint in their first note; a program has no use for them. */
static bool is_kernels(const struct elf_file *f)
{
	const struct elf_phdr *h = elf_segment(f, PT_NOTE);
	struct { u32 name_size, size, type; char name[4]; } note;

	return h && vnode_read(f->vnode, &note, sizeof(note), h->offset) == sizeof(note) && note.type == 1 &&
		!memcmp(note.name, "uk", 3);
}

/* elf/exec_stack.c */
OPTIONAL bool stack_for_library(const struct elf_file *f) { (void)f; return true; }

struct module *load_file(const char *name, struct module *needed_by, bool noload)
{
	struct elf_file f;
	struct module *m;
	const char *path;

	/* A library may have whatever there is. */
	KEEP(versions_anchor);
	KEEP(init_order);
	KEEP(exec_tls);
	KEEP(exec_copies);
	KEEP(exec_rare_relocations);
	KEEP(exec_sysv_hash);
	KEEP(exec_musl);
	KEEP(elf_unique);
	KEEP(elf_origin);
	if (!search_library(name, needed_by, &f, &path)) {
		if (noload)
			loader_message[0] = 0;
		return NULL;
	}
	KERNEL_LOCK();
	if ((m = find_file(f.vnode)) || noload) {
		elf_close(&f);
		return m;
	}
	const char *why = is_kernels(&f) ? "is a module of the kernel, not a library" : elf_map(&f, 0);
	if (!why && !stack_for_library(&f))
		why = "cannot enable executable stack as shared object requires";
	if (why) {
		loader_fail("%s: %s", path, why);
		elf_close(&f);
		return NULL;
	}
	if (!(m = module_new(&f, path)))
		return NULL;
	m->loader = needed_by;
	m->user_phdrs = m->user_phdrs ? m->user_phdrs : m->phdrs;
	module_list_add(m);	/* from here on whoever dropped the dlopen() drops it too */
	return m;
}

/* DT_FILTER and DT_AUXILIARY (gABI, "Dynamic Section"): libraries whose definitions go before M's own, its last
 * dependencies. One of the second kind may be missing. */
static bool load_filtee(struct module *m, const struct elf_dyn *d)
{
	struct module *f = load_library(module_string(m, d->val), m, false);

	if (!f && d->tag == DT_AUXILIARY)
		return true;
	if (!f || (!f->strtab && !module_parse(f)))
		return false;
	struct module **grown = loader_alloc((m->dep_count + 1) * sizeof(*grown));
	if (!grown)
		return loader_fail("%s: out of memory", m->name);
	memcpy(grown, m->deps, m->dep_count * sizeof(*grown));
	loader_free(m->deps);
	m->deps = grown;
	m->deps[m->dep_count++] = f;
	m->filtees++;
	return true;
}

bool load_filtees(struct module *m)
{
	if (m->flags1 & DF_1_PIE && !m->is_main)
		return loader_fail("%s: cannot dynamically load position-independent executable", m->name);
	for (const struct elf_dyn *d = m->dynamic; d->tag != DT_NULL; d++)
		if ((d->tag == DT_FILTER || d->tag == DT_AUXILIARY) && !load_filtee(m, d))
			return false;
	return true;
}

/* Moves F before the I-th of S, if it is behind. */
static bool put_before(struct scope *s, unsigned i, struct module *f)
{
	unsigned at = i + 1;

	while (at < s->count && s->list[at] != f)
		at++;
	if (at == s->count)
		return false;
	for (; at > i; at--)
		s->list[at] = s->list[at - 1];
	s->list[i] = f;
	return true;
}

void scope_filter(struct scope *s)
{
	for (unsigned i = 0; i < s->count; i++) {
		struct module *m = s->list[i];
		for (unsigned d = m->dep_count - m->filtees; d < m->dep_count; d++)
			i += put_before(s, i, m->deps[d]);
	}
}

/* LD_PRELOAD: names separated by spaces or colons; what is missing is passed over, with a word. */
void load_preloads(struct module ***list, unsigned *count)
{
	const char *s = NULL;
	char name[256];

	for (char **e = start_envp; *e; e++)
		if (!strncmp(*e, "LD_PRELOAD=", 11))
			s = *e + 11;
	while (s && *s) {
		size_t n = 0;
		while (*s == ' ' || *s == ':')
			s++;
		for (; *s && *s != ' ' && *s != ':'; s++)
			if (n < sizeof(name) - 1)
				name[n++] = *s;
		name[n] = 0;
		if (!n)
			break;
		struct module *m = load_library(name, NULL, false);
		if (!m || (!m->strtab && !module_parse(m)) || !load_dependencies(m)) {
			kprintf("%s: LD_PRELOAD %s\n", exec_name, loader_message);
			continue;
		}
		struct module **grown = loader_alloc((*count + 1) * sizeof(*grown));
		if (!grown)
			out_of_memory("for LD_PRELOAD");
		if (*list)
			memcpy(grown, *list, *count * sizeof(*grown));
		loader_free(*list);
		*list = grown;
		(*list)[(*count)++] = m;
	}
}
