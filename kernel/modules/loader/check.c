/* What a shared object may have and a module may not, as the loader has no place for it. Each is found here, by what the
 * file says of itself, so that nothing is left out silently. */
#include "modules.h"

#define MAX_BYTES HUGE_SIZE

/* Before anything is read to memory. */
bool segments_ok(struct part *p)
{
	const struct elf_file *f = &p->file;

	for (unsigned i = 0; i < f->phnum; i++) {
		const struct elf_phdr *h = &f->phdrs[i];
		if (h->type == PT_LOAD && (h->flags & (PF_W | PF_X)) == (PF_W | PF_X))
			return loader_fail("module %s: a segment is both writable and executable; link it with the kit's module.ld", p->name);
		if (h->type == PT_TLS)
			return loader_fail("module %s: has thread-local variables, which modules cannot have", p->name);
	}
	return f->high - f->low <= MAX_BYTES ||
		loader_fail("module %s: takes %lu KB of memory; a module can have %u", p->name, (f->high - f->low) >> 10, MAX_BYTES >> 10);
}

static const struct { u8 tag; const char *what; } refused[] = {
	{ DT_INIT, "an init function of the linker's (DT_INIT); use MODULE_INIT" },
	{ DT_FINI, "a fini function of the linker's (DT_FINI); use MODULE_INIT" },
	{ DT_INIT_ARRAY, "constructors that its header does not name; link it with the kit's module.ld" },
	{ DT_FINI_ARRAY, "destructors that its header does not name; link it with the kit's module.ld" },
	{ DT_PREINIT_ARRAY, "constructors that its header does not name; link it with the kit's module.ld" },
	{ DT_RELR, "relocations of the form DT_RELR; link it without -z pack-relative-relocs" },
	{ DT_HASH, "no DT_GNU_HASH; link it with --hash-style=gnu" },
};

/* Once its dynamic section was read. */
bool dynamic_ok(struct part *p)
{
	struct module *m = &p->elf;

	for (unsigned i = 0; i < array_len(refused); i++)
		if (module_has(m, refused[i].tag) && !(refused[i].tag == DT_HASH && m->gnu.buckets))
			return loader_fail("module %s: has %s", p->name, refused[i].what);
	/* Relocations write behind their table only (bind.c), and so leave the strings as they were checked. */
	return m->dyn[DT_STRTAB] + m->strsz <= m->dyn[DT_RELA] + m->dyn[DT_RELASZ] ||
		loader_fail("module %s: its strings lie behind its relocations; link it with the kit's module.ld", p->name);
}
