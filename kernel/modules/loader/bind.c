/* Relocations of modules (x86-64 psABI 4.4). A symbol is the module's own, or that
 * of a module that it needs, or the kernel's: never the program's. */
#include "modules.h"

static bool corrupt(struct part *p)
{
	return loader_fail("module %s: corrupt relocation; build the image again", p->name);
}

static bool symbol(struct part *p, u32 index, u64 *value)
{
	struct module *m = &p->elf;
	const struct elf_sym *s = &m->symtab[index];
	struct query q;
	struct found f;

	if (index >= m->sym_count)
		return corrupt(p);
	*value = m->bias + s->value;
	if (s->shndx != SHN_UNDEF)
		return true;
	query_init(&q, module_string(m, s->name));
	for (unsigned i = 0; i < part_count; i++)
		if (p->needs >> i & 1 && lookup_in(&parts[i]->elf, &q, &f)) {
			*value = f.m->bias + f.sym->value;
			return true;
		}
	*value = kernel_symbol(q.name);
	return *value || SYM_BIND(s) == STB_WEAK ||
		loader_fail("module %s: undefined symbol %s: neither this kernel nor a module that it needs has it", p->name, q.name);
}

static bool apply(struct part *p, const struct elf_rela *r)
{
	struct module *m = &p->elf;
	u64 *place = (u64 *)module_at(m, r->offset, 8, PF_R);
	u64 value = m->bias;
	u32 type = RELA_TYPE(r);

	if (!place || (type != R_X86_64_RELATIVE && type != R_X86_64_64 && type != R_X86_64_GLOB_DAT && type != R_X86_64_JUMP_SLOT))
		return corrupt(p);
	if (type != R_X86_64_RELATIVE && !symbol(p, RELA_SYM(r), &value))
		return false;
	*place = value + r->addend;
	return true;
}

bool part_bind(struct part *p)
{
	static const u8 tables[] = { DT_RELA, DT_RELASZ, DT_JMPREL, DT_PLTRELSZ };
	struct module *m = &p->elf;

	for (const u8 *t = tables; t < tables + sizeof(tables); t += 2) {
		const struct elf_rela *r = (const struct elf_rela *)(m->bias + m->dyn[t[0]]);
		for (u64 n = m->dyn[t[1]] / sizeof(*r); n--; r++)
			if (!apply(p, r))
				return false;
	}
	return true;
}
