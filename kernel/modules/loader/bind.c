/* Relocations of modules (x86-64 psABI 4.4). A symbol is the module's own, or that
 * of a module that it needs, or the kernel's: never the program's.
 *
 * A file may be damaged, though its fingerprint is good. What can be told at little
 * cost is: where relocations write, and what the result points to. */
#include "modules.h"

static bool corrupt(struct part *p, const char *what)
{
	return loader_fail("module %s: corrupt %s; build the image again", p->name, what);
}

/* BYTES at VADDR are the module's, and not of its ELF header, at address 0. */
static bool inside(struct part *p, u64 vaddr, u64 bytes, u32 flags)
{
	return vaddr >= sizeof(struct elf_ehdr) && module_at(&p->elf, vaddr, bytes, flags);
}

static bool defined(struct part *p, const struct elf_sym *s, u64 *value)
{
	if (SYM_TYPE(s) >= STT_TLS)
		return loader_fail("module %s: symbol %s is thread-local, or an IFUNC, which modules cannot have", p->name, module_string(&p->elf, s->name));
	if (s->shndx == SHN_ABS) {
		*value = s->value;
		return true;
	}
	*value = p->elf.bias + s->value;
	return inside(p, s->value, s->size, SYM_TYPE(s) == STT_FUNC ? PF_X : PF_R) || corrupt(p, "symbol table");
}

static bool symbol(struct part *p, u32 index, u64 *value)
{
	struct module *m = &p->elf;
	const struct elf_sym *s = &m->symtab[index];
	struct query q;
	struct found f;

	if (index >= m->sym_count)
		return corrupt(p, "relocation");
	if (s->shndx != SHN_UNDEF)
		return defined(p, s, value);
	query_init(&q, module_string(m, s->name));
	for (unsigned i = 0; i < part_count; i++)
		if (p->needs >> i & 1 && lookup_in(&parts[i]->elf, &q, &f))
			return defined(parts[i], f.sym, value);
	*value = kernel_symbol(q.name);
	return *value || SYM_BIND(s) == STB_WEAK ||
		loader_fail("module %s: undefined symbol %s: neither this kernel nor a module that it needs has it", p->name, q.name);
}

/* Types that ld makes of position-independent code without thread-local variables and IFUNCs. */
static bool known_type(u32 type)
{
	return type == R_X86_64_64 || type == R_X86_64_GLOB_DAT || type == R_X86_64_JUMP_SLOT || type == R_X86_64_RELATIVE;
}

/* module.ld puts what is relocated behind the relocations. */
static bool apply(struct part *p, const struct elf_rela *r)
{
	struct module *m = &p->elf;
	u64 *place = (u64 *)module_at(m, r->offset, 8, PF_R);
	u64 value = m->bias;
	u32 type = RELA_TYPE(r);
	bool got = type == R_X86_64_GLOB_DAT || type == R_X86_64_JUMP_SLOT;

	if (!known_type(type))
		return loader_fail("module %s: a relocation of type %u, which modules cannot have; compile it as docs/modules.md says", p->name, type);
	if (module_at(m, r->offset, 1, PF_X))
		return loader_fail("module %s: a relocation of code; compile it with -fPIC", p->name);
	if (!place || r->offset < m->dyn[DT_RELA] + m->dyn[DT_RELASZ] ||
	    (type == R_X86_64_GLOB_DAT && *place) ||	/* a second time */
	    (got ? r->addend || r->offset & 7 : type == R_X86_64_RELATIVE && !inside(p, r->addend, 0, PF_R)))
		return corrupt(p, "relocation");
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
