/* Relocations of thread-local symbols. */
#include "relocate.h"

const char relocate_tls[1];	/* tls_assign() names it */

extern const char tlsdesc_static[], tlsdesc_undefined[];
OPTIONAL const char *tlsdesc_entry(void) { return NULL; }	/* tls_block.c */

/* Thread-local symbols: index 0 means the module itself. */
static bool bind_tls(struct relocating *s, const struct elf_rela *r, struct tls **tls, u64 *offset)
{
	struct found f = { s->m, NULL };

	*tls = NULL;
	*offset = r->addend;
	if (RELA_SYM(r) && !reloc_bind(s, RELA_SYM(r), true, NULL, &f))
		return false;
	if (!f.m)
		return true;
	if (!f.m->tls && !f.m->is_kernel)
		return loader_fail("%s: thread-local symbol in %s, which has no thread-local storage", s->m->name, f.m->name);
	/* The kernel's only one is errno, whose value is its place behind the thread pointer. */
	if (RELA_TYPE(r) == R_X86_64_TPOFF64 && f.m->tls && !tls_need_static(f.m))
		return false;
	*tls = f.m->tls;
	if (f.sym)
		*offset += f.sym->value;
	return true;
}

static bool tlsdesc(struct tls *tls, u64 offset, u64 *place)
{
	if (!tls || tls->static_offset) {
		place[0] = (u64)(tls ? tlsdesc_static : tlsdesc_undefined);
		place[1] = offset - (tls ? tls->static_offset : 0);
		return true;
	}
	u64 *index = loader_alloc(16);	/* what __tls_get_addr takes */
	if (!index)
		return loader_fail("out of memory");
	index[0] = (u64)tls;
	index[1] = offset;
	place[0] = (u64)tlsdesc_entry();
	place[1] = (u64)index;
	return true;
}

bool apply_tls(struct relocating *s, const struct elf_rela *r)
{
	u64 *place = (u64 *)reloc_place(s->m, r->offset, RELA_TYPE(r) == R_X86_64_TLSDESC ? 16 : 8);
	struct tls *tls;
	u64 offset;

	if (!place)
		return module_corrupt(s->m, "relocation");
	if (!bind_tls(s, r, &tls, &offset))
		return false;
	switch (RELA_TYPE(r)) {
	case R_X86_64_DTPMOD64: *place = (u64)tls; break;
	case R_X86_64_DTPOFF64: *place = offset; break;
	case R_X86_64_TPOFF64: *place = tls ? offset - tls->static_offset : offset; break;
	case R_X86_64_TLSDESC: return tlsdesc(tls, offset, place);
	}
	return true;
}
