/* COPY relocations: a program without -fPIC that holds a library's variable. The image builder selects
 * this file by exec_copies, and load_file.c does. */
#include "relocate.h"

const char exec_copies[1];

bool apply_copy(struct relocating *s, const struct elf_rela *r)
{
	KEEP(copyvars);
	u8 *place = reloc_place(s->m, r->offset, 0);
	struct found f;

	if (!place)
		return module_corrupt(s->m, "relocation");
	if (!reloc_bind(s, RELA_SYM(r), false, s->m, &f))
		return false;
	if (!f.m)
		return true;
	u64 n = min(f.sym->size, s->m->symtab[RELA_SYM(r)].size);
	u64 from = f.m->bias + f.sym->value;
	if (!module_at(f.m, f.sym->value, n, PF_R) || !module_at(s->m, r->offset, n, PF_W))
		return module_corrupt(s->m, "relocation");
	if (f.m->is_kernel) {
		if (copyvar_current(from) != (u64)place)	/* done by relocate_copies_of_kernel, unless it is a constant */
			memcpy(place, (void *)from, n);
		return true;
	}
	memcpy(place, (void *)from, n);
	return true;
}

static bool copy_of_kernel(struct relocating *s, const struct elf_rela *r)
{
	struct found f;

	if (RELA_TYPE(r) != R_X86_64_COPY)
		return true;
	if (!reloc_bind(s, RELA_SYM(r), false, s->m, &f))
		return false;
	if (!f.m || !f.m->is_kernel)
		return true;
	u64 from = f.sym->value, n = min(f.sym->size, s->m->symtab[RELA_SYM(r)].size);
	u8 *place = reloc_place(s->m, r->offset, n);
	if (!place)
		return module_corrupt(s->m, "relocation");
	if (copyvar_current(from) == from) {
		memcpy(place, (void *)from, n);
		copyvar_redirect(from, (u64)place);
	}
	return true;
}

/* Before any other relocation: who is bound to libc's variable gets the copy. */
bool relocate_copies_of_kernel(struct module *m)
{
	return reloc_each(m, copy_of_kernel);
}
