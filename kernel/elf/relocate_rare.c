/* Relocations that few programs have: DT_RELR, IRELATIVE, text relocations, and types of 32 bits or relative
 * ones. The image builder selects this file by exec_rare_relocations, and load_file.c does. */
#include "relocate.h"

const char exec_rare_relocations[1];

static bool overflow(const struct module *m, u32 type)
{
	return loader_fail("%s: relocation %u does not reach its symbol; compile it with -fPIC", m->name, type);
}

static bool apply_symbol(struct relocating *s, const struct elf_rela *r, u8 *place)
{
	u32 type = RELA_TYPE(r);
	struct found f;
	u64 v = 0;

	if (!reloc_bind(s, RELA_SYM(r), false, NULL, &f))
		return false;
	if (f.m)
		v = type == R_X86_64_SIZE32 || type == R_X86_64_SIZE64 ? f.sym->size : found_address(&f);
	v += r->addend;
	if (type == R_X86_64_PC32 || type == R_X86_64_PC64)
		v -= (u64)place;
	switch (type) {
	case R_X86_64_PC64:
	case R_X86_64_SIZE64:
		*(u64 *)place = v;
		return true;
	case R_X86_64_PC32:
	case R_X86_64_32S:
		if ((s64)v != (s32)v)
			return overflow(s->m, type);
		break;
	case R_X86_64_32:
		if (v != (u32)v)
			return overflow(s->m, type);
		break;
	}
	*(u32 *)place = v;
	return true;
}

bool apply_rare(struct relocating *s, const struct elf_rela *r)
{
	u32 type = RELA_TYPE(r);
	unsigned size = 8;

	switch (type) {
	case R_X86_64_NONE:
		return true;
	case R_X86_64_PC32: case R_X86_64_32: case R_X86_64_32S: case R_X86_64_SIZE32:
		size = 4;
		break;
	case R_X86_64_IRELATIVE: case R_X86_64_PC64: case R_X86_64_SIZE64:
		break;
	default:
		return loader_fail("%s: unknown relocation type %u; it was built for a newer dynamic linker", s->m->name, type);
	}
	u8 *place = reloc_place(s->m, r->offset, size);
	if (!place)
		return module_corrupt(s->m, "relocation");
	return type == R_X86_64_IRELATIVE || apply_symbol(s, r, place);	/* a resolver runs when all else is done */
}

/* A word with an even value is an address to relocate; an odd one is a map of the next 63 words. */
static bool apply_relr(struct module *m)
{
	const u64 *r = (const u64 *)(m->bias + m->dyn[DT_RELR]), *end = r + m->dyn[DT_RELRSZ] / 8;
	u64 at = 0;

	for (; r < end; r++) {
		u64 bits = *r;
		if (!(bits & 1)) {
			u64 *p = (u64 *)reloc_place(m, bits, 8);
			if (!p)
				return module_corrupt(m, "relocation");
			*p += m->bias;
			at = bits + 8;
			continue;
		}
		for (u64 a = at; bits >>= 1; a += 8) {
			u64 *p;
			if (!(bits & 1))
				continue;
			if (!(p = (u64 *)reloc_place(m, a, 8)))
				return module_corrupt(m, "relocation");
			*p += m->bias;
		}
		at += 63 * 8;
	}
	return true;
}

static bool apply_irelative(struct relocating *s, const struct elf_rela *r)
{
	if (RELA_TYPE(r) == R_X86_64_IRELATIVE) {
		if (!module_at(s->m, r->addend, 1, PF_X))
			return module_corrupt(s->m, "relocation");
		*(u64 *)(s->m->bias + r->offset) = ((u64 (*)(void))(s->m->bias + r->addend))();
	}
	return true;
}

/* Text relocations: read-only segments become writable (and not executable) meanwhile. */
static bool open_text(struct module *m, bool open)
{
	for (unsigned i = 0; i < m->phnum; i++) {
		const struct elf_phdr *p = &m->phdrs[i];
		if (p->type != PT_LOAD || p->flags & PF_W || !p->memsz)
			continue;
		int prot = open ? PROT_READ | PROT_WRITE : PROT_READ | (p->flags & PF_X ? PROT_EXEC : 0);
		if (!reloc_protect(m, align_down(m->bias + p->vaddr, (u64)PAGE_SIZE),
			     align_up(m->bias + p->vaddr + p->memsz, (u64)PAGE_SIZE), prot))
			return false;
	}
	return true;
}

bool relocate_before(struct module *m)
{
	m->textrel = module_has(m, DT_TEXTREL) || (module_has(m, DT_FLAGS) && m->dyn[DT_FLAGS] & DF_TEXTREL);
	return (!m->textrel || open_text(m, true)) && (!module_has(m, DT_RELR) || apply_relr(m));
}

bool relocate_after(struct module *m)
{
	return (!m->textrel || open_text(m, false)) && reloc_each(m, apply_irelative);
}
