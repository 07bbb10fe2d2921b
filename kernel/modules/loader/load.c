/* Brings a module and what it needs into memory, and binds their symbols. */
#include "modules.h"
#include "vfs.h"

struct part *parts[MAX_PARTS];
unsigned part_count;

/* The first note of a module (owner "uk", type 1). */
struct fingerprint_note {
	u32 name_size, size, type;
	char name[4];
	u64 print[FINGERPRINT_SIZE / 8];
};
#define WORDS(p)	__builtin_bswap64((p)[0]), __builtin_bswap64((p)[1]), __builtin_bswap64((p)[2]), __builtin_bswap64((p)[3])

/* Comes before anything else of the file is used. */
static bool same_build(struct part *p)
{
	const struct elf_phdr *h = elf_segment(&p->file, PT_NOTE);
	const u64 *ours = (const u64 *)kit_fingerprint;
	struct fingerprint_note n;

	if (!h || vnode_read(p->file.vnode, &n, sizeof(n), h->offset) != sizeof(n) || n.size != FINGERPRINT_SIZE ||
	    n.type != 1 || memcmp(n.name, "uk", 3))
		return loader_fail("module %s: carries no fingerprint, so it is no module", p->name);
	return !memcmp(n.print, ours, FINGERPRINT_SIZE) ||
		loader_fail("module %s: its fingerprint is %016lx%016lx%016lx%016lx, this kernel's %016lx%016lx%016lx%016lx: "
			"only modules of the same build load", p->name, WORDS(n.print), WORDS(ours));
}

static bool read_segments(struct part *p)
{
	struct elf_file *f = &p->file;
	struct module *m = &p->elf;

	unsigned order = 0;
	while ((u64)PAGE_SIZE << order < f->high - f->low)
		order++;
	if (!(p->memory = pages_alloc(order, true)))	/* without it the program would see other files, or no device */
		out_of_memory("for a module");
	pages_split(p->memory, order);
	p->bytes = f->high - f->low;
	for (u64 rest = p->bytes; rest < (u64)PAGE_SIZE << order; rest += PAGE_SIZE)
		page_put(p->memory + rest);
	f->bias = (u64)p->memory - f->low;
	for (unsigned i = 0; i < f->phnum; i++) {
		const struct elf_phdr *h = &f->phdrs[i];
		if (h->type == PT_LOAD && h->memsz &&
		    vnode_read(f->vnode, (char *)f->bias + h->vaddr, h->filesz, h->offset) != (long)h->filesz)
			return loader_fail("module %s: cannot be read", p->name);
	}
	m->name = p->path;
	m->bias = f->bias;
	m->phdrs = f->phdrs;
	m->phnum = f->phnum;
	p->header = module_at(m, f->ehdr.entry, sizeof(*p->header), PF_R);
	if (!p->header)
		return loader_fail("module %s: has no header", p->name);
	return module_parse(m) && dynamic_ok(p);
}

/* The name's copy in the index; *BUILT_IN: there is no file of it. */
static const char *listed(const char *name, bool *built_in)
{
	const char *alias = NULL;
	char *module;

	while (*name && index_next(&alias, &module))
		if ((u8)(*module | REFUSED) == (u8)(*name | REFUSED) && !strcmp(module + 1, name + 1)) {
			*built_in = !strcmp(alias, "builtin");
			return module;
		}
	return NULL;
}

/* One line of its own for a module that another one needs, which has its line next; and it is not tried again. */
static bool need_failed(struct part *p, const char *need)
{
	kprintf("%s (needed by %s)\n", loader_message, p->name);
	refuse(need);
	return false;
}

static bool load_need(struct part *p, const char *name)
{
	bool built_in;
	const char *file = listed(name, &built_in);
	struct part *need = NULL;

	if (!file)
		return loader_fail("module %s: needs %s, which the image does not list", p->name, name);
	if (built_in)
		return true;
	for (struct part *outer = p; outer; outer = outer->outer)
		if (!strcmp(outer->name, file))
			return loader_fail("module %s: needs %s, which needs itself through others", p->name, name);
	if (*file & REFUSED || (!(need = part_load(file, p)) && !need_failed(p, file)))
		return loader_fail("module %s: needs %s, which was refused", p->name, name);
	for (unsigned i = 0; i < part_count; i++)
		if (parts[i] == need)
			p->needs |= 1u << i;
	return true;
}

static bool load_needs(struct part *p)
{
	for (const struct elf_dyn *d = p->elf.dynamic; d->tag != DT_NULL; d++)
		if (d->tag == DT_NEEDED && !load_need(p, module_string(&p->elf, d->val)))
			return false;
	return true;
}

static bool in_module(const struct part *p, const void *at, u64 bytes, u32 flags)
{
	return module_at(&p->elf, (u64)at - p->elf.bias, bytes, flags);
}

#define TABLE_OK(p, t) ((t) <= (t##_end) && !(((u64)(t##_end) - (u64)(t)) % sizeof(*(t))) && in_module(p, t, (u64)(t##_end) - (u64)(t), PF_R))

static bool is_code(const struct part *p, const void *at)
{
	return in_module(p, at, 1, PF_X);
}

static bool is_name(const struct part *p, const char *s)
{
	while (in_module(p, s, 1, PF_R))
		if (!*s++)
			return true;
	return false;
}

/* Its file may be damaged: what it points to is inside of it. */
static bool check_header(struct part *p)
{
	const struct module_header *h = p->header;
	bool ok = TABLE_OK(p, h->drivers) && TABLE_OK(p, h->implementations) && TABLE_OK(p, h->inits) &&
		TABLE_OK(p, h->constructors) && TABLE_OK(p, h->destructors);

	if (ok) {
		for (const struct module_init *f = h->inits; f < h->inits_end; f++)
			ok &= is_code(p, f->start) && (!f->stop || is_code(p, f->stop)) && is_name(p, f->name);
		for (const struct implementation *f = h->implementations; f < h->implementations_end; f++)
			ok &= is_code(p, f->function) && kernel_interface(f->slot);
		for (const struct driver *d = h->drivers; d < h->drivers_end; d++)
			ok &= (d->id == DRIVER_LATE || is_code(p, d->probe)) && is_name(p, d->name);
		for (void (*const *f)(void) = h->constructors; f < h->constructors_end; f++)
			ok &= is_code(p, *f);
		for (void (*const *f)(void) = h->destructors; f < h->destructors_end; f++)
			ok &= is_code(p, *f);
	}
	return ok || loader_fail("module %s: its tables are damaged; build the image again", p->name);
}

static bool protect(struct part *p)
{
	struct elf_file *f = &p->file;

	for (unsigned i = 0; i < f->phnum; i++) {
		const struct elf_phdr *h = &f->phdrs[i];
		int prot = PROT_READ | (h->flags & PF_W ? PROT_WRITE : 0) | (h->flags & PF_X ? PROT_EXEC : 0);
		u64 start = align_down(f->bias + h->vaddr, (u64)PAGE_SIZE);
		if (h->type == PT_LOAD && h->memsz && !direct_protect((void *)start, f->bias + h->vaddr + h->memsz - start, prot))
			return loader_fail("module %s: no memory for it", p->name);
	}
	return true;
}

void part_free(struct part *p)
{
	if (p->memory && direct_protect(p->memory, p->bytes, PROT_READ | PROT_WRITE))
		for (u64 n = 0; n < p->bytes; n += PAGE_SIZE)
			page_put(p->memory + n);
	if (p->file.vnode)
		elf_close(&p->file);
	kfree(p);
}

/* The folder is where it was at boot, whatever was mounted since. */
static const char *open(struct part *p)
{
	p->file.name = p->path;
	if (vfs_lookup(module_loader->parent, p->name, 0, &p->file.vnode))
		return "no such file in the image";
	const char *why = elf_check(&p->file);
	if (why)
		p->file.vnode = NULL;
	return why ? why : p->file.ehdr.type != ET_DYN ? "not a shared object" : NULL;
}

static bool load(struct part *p)
{
	ksnprintf(p->path, sizeof(p->path), "%s%s", MODULES_FOLDER, p->name);
	const char *why = open(p);
	if (why)
		return loader_fail("module %s: %s", p->name, why);
	return same_build(p) && segments_ok(p) && read_segments(p) && load_needs(p) && part_bind(p) && check_header(p) && protect(p);
}

static unsigned depth_of(const struct part *p)
{
	return p ? 1 + depth_of(p->outer) : 0;
}

struct part *part_load(const char *name, struct part *outer)
{
	for (unsigned i = 0; i < part_count; i++)
		if (!strcmp(parts[i]->name, name))
			return parts[i];
	struct part *p = kzalloc(sizeof(*p));
	if (!p || depth_of(outer) == MAX_DEPTH) {
		loader_fail("module %s: %s", name, p ? "more than 8 modules need one another in a row" : "no memory for it");
		kfree(p);
		return NULL;
	}
	p->name = name;
	p->outer = outer;
	if (load(p)) {
		pagecache_drop(p->file.vnode);	/* it will not be read again */
		if (part_count < MAX_PARTS)
			return parts[part_count++] = p;
		loader_fail("module %s: the image has more than 32 modules at work", name);
	}
	part_free(p);
	return NULL;
}
