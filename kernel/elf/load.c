/* Brings modules into memory: the program, libraries, what they need. */
#include "dynlink.h"
#include "vfs.h"

struct module *modules, *main_module;
struct scope global_scope;
u64 modules_added, modules_removed;
static struct module **modules_end = &modules;

void module_list_add(struct module *m)
{
	KERNEL_LOCK();
	m->next = NULL;
	m->map = (struct link_map){ m->bias, m->name, m->dynamic, NULL,
		modules ? &container_of(modules_end, struct module, next)->map : NULL };
	if (m->map.prev)
		m->map.prev->next = &m->map;
	*modules_end = m;
	modules_end = &m->next;
	modules_added++;
}

OPTIONAL void tls_vacate(struct tls *t) { (void)t; }

void module_list_remove(struct module *m)
{
	KERNEL_LOCK();
	struct module **p = &modules;

	while (*p != m)
		p = &(*p)->next;
	*p = m->next;
	if (modules_end == &m->next)
		modules_end = p;
	if (m->map.next)
		m->map.next->prev = m->map.prev;
	if (m->map.prev)
		m->map.prev->next = m->map.next;
	modules_removed++;
	vnode_put(m->vnode);
	kfree((void *)m->phdrs);
	kfree(m->versions);
	kfree(m->deps);
	kfree(m->uses);
	kfree(m->local.list);
	if (m->tls && m->tls->static_offset)
		tls_vacate(m->tls);
	else
		kfree(m->tls);
	kfree(m);
}

struct module *module_of(u64 address)
{
	for (struct module *m = modules; m; m = m->next)
		if (address >= m->start && address < m->end)
			return m;
	return NULL;
}

OPTIONAL bool origin_note(struct module *m, const char *path) { (void)m, (void)path; return true; }

struct module *module_new(struct elf_file *f, const char *name)
{
	struct module *m = loader_alloc(sizeof(*m));

	if (!m || !origin_note(m, f->name)) {
		loader_free(m);
		loader_fail("%s: out of memory", f->name);
		return NULL;
	}
	m->name = name;
	m->vnode = f->vnode;
	m->bias = f->bias;
	m->start = f->bias + f->low;
	m->end = f->bias + f->high;
	m->phdrs = f->phdrs;
	m->phnum = f->phnum;
	m->user_phdrs = (const struct elf_phdr *)f->phdr_addr;
	return m;
}

struct module *load_program(struct elf_file *f)
{
	struct module *m = module_new(f, "");

	if (!m)
		return NULL;
	m->is_main = m->nodelete = true;
	main_module = m;
	module_list_add(m);
	m->name = exec_name;	/* in messages */
	bool ok = module_parse(m);
	m->name = "";
	return ok ? m : NULL;
}

static const char *base_name(const char *s)
{
	const char *b = s;

	for (; *s; s++)
		if (*s == '/')
			b = s + 1;
	return b;
}

static struct module *find_loaded(const char *name)
{
	bool path = base_name(name) != name;

	for (struct module *m = modules; m; m = m->next) {
		if (!strcmp(m->name, name))
			return m;
		if (!path && !m->is_main && ((m->soname && !strcmp(m->soname, name)) || !strcmp(base_name(m->name), name)))
			return m;
	}
	return NULL;
}

/* elf/load_file.c, linked in when the image holds libraries. */
OPTIONAL struct module *load_file(const char *name, struct module *needed_by, bool noload)
{
	(void)needed_by, (void)noload;
	loader_fail("%s: this kernel was built for a program without libraries; build the image again", name);
	return NULL;
}

/* Libraries whose names the kernel's own libc answers to. */
const char *const stand_ins[STAND_INS] = {
	"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "ld-linux-x86-64.so.2",
	"libutil.so.1", "libresolv.so.2", "libcrypt.so.1", "libanl.so.1",
	"ld-musl-x86_64.so.1", "libc.musl-x86_64.so.1", "libc.so",
};

/* elf/image_libraries.c, linked in when the image brings some of glibc's. */
OPTIONAL bool kernel_stands_in(const char *soname)
{
	for (unsigned i = 0; i < STAND_INS; i++)
		if (!strcmp(soname, stand_ins[i]))
			return true;
	return false;
}

struct module *load_library(const char *name, struct module *needed_by, bool noload)
{
	if (kernel_stands_in(base_name(name)))
		return &kernel_module;
	struct module *m = find_loaded(name);
	if (m)
		return m;
	return load_file(name, needed_by, noload);
}

/* elf/load_file.c: what DT_FILTER and DT_AUXILIARY name. A program without libraries has none. */
OPTIONAL bool load_filtees(struct module *m) { (void)m; return true; }

/* DT_NEEDED of one module. */
static bool load_needed(struct module *m)
{
	unsigned n = 0;

	if (m->deps || m->is_kernel)
		return true;
	for (const struct elf_dyn *d = m->dynamic; d->tag != DT_NULL; d++)
		n += d->tag == DT_NEEDED;
	unsigned count = n;
	if (!(m->deps = loader_alloc(n * sizeof(*m->deps))))
		return loader_fail("%s: out of memory", m->name);
	for (const struct elf_dyn *d = m->dynamic; d->tag != DT_NULL && m->dep_count < n; d++) {
		if (d->tag != DT_NEEDED)
			continue;
		const char *name = module_string(m, d->val);
		struct module *dep = *name ? load_library(name, m, false) : NULL;
		if (!dep)
			return *name ? false : module_corrupt(m, "DT_NEEDED entry");
		/* musl's names: libc.musl-ARCH.so.1 of distributions, libc.so of musl itself */
		if (dep->is_kernel && (!strncmp(name, "libc.musl", 9) || !strcmp(name, "libc.so")))
			m->musl = true;
		if (!dep->strtab && !module_parse(dep))
			return false;
		/* libm and the like need libc themselves: a malloc() between them and libc comes before libc's. */
		bool libc = !dep->is_kernel || !strncmp(base_name(name), "libc.", 5);
		m->deps[libc ? m->dep_count++ : --n] = dep;
	}
	m->dep_count = count;
	return load_filtees(m);
}

bool load_dependencies(struct module *root)
{
	struct scope s;
	struct module *list[1] = { root };

	/* Breadth-first: the scope grows while it is walked. */
	for (unsigned i = 0;; i = 0) {
		if (!scope_build(&s, list, 1))
			return false;
		while (i < s.count && (s.list[i]->deps || s.list[i]->is_kernel))
			i++;
		struct module *m = i < s.count ? s.list[i] : NULL;
		loader_free(s.list);
		if (!m)
			return true;
		if (!load_needed(m))
			return false;
	}
}

/* elf/load_file.c: puts libraries before those that filter them. */
OPTIONAL void scope_filter(struct scope *s) { (void)s; }

static void append(struct scope *s, struct module *m, unsigned mark)
{
	if (m->mark != mark) {
		m->mark = mark;
		s->list[s->count++] = m;
	}
}

bool scope_build(struct scope *s, struct module *const *roots, unsigned count)
{
	static unsigned mark;
	unsigned room = 1;	/* for the kernel, which is not in the list */

	for (struct module *m = modules; m; m = m->next)
		room++;
	s->count = 0;
	if (!(s->list = loader_alloc(room * sizeof(*s->list))))
		return loader_fail("out of memory");
	mark++;
	for (unsigned i = 0; i < count; i++)
		append(s, roots[i], mark);
	for (unsigned i = 0; i < s->count; i++) {
		struct module *m = s->list[i];
		for (unsigned d = 0; d < m->dep_count; d++)
			append(s, m->deps[d], mark);
	}
	scope_filter(s);
	return true;
}
