/* Relocations (x86-64 psABI 4.4). All symbols are bound at once; afterwards what the linker marked
 * (PT_GNU_RELRO) becomes read-only. */
#include "relocate.h"

/* elf/dlopen.c: says it in glibc's words. */
OPTIONAL bool undefined_in_dlopen(const struct module *m, const char *name, const char *version)
{
	(void)m, (void)name, (void)version;
	return false;
}

/* Of symbol INDEX, or NULL. */
static const struct version *version_wanted(const struct module *m, u32 index)
{
	unsigned ndx = m->versym ? m->versym[index] & 0x7fff : 0;

	return ndx < m->version_count && m->versions[ndx].hash ? &m->versions[ndx] : NULL;
}

static bool undefined(const struct module *m, u32 index)
{
	const char *name = module_string(m, m->symtab[index].name);
	const struct version *v = version_wanted(m, index);
	const char *version = v ? v->name : NULL;

	if (undefined_in_dlopen(m, name, version))
		return false;
	return loader_fail("%s: undefined symbol %s%s%s (wanted by %s): neither a library of the image nor this "
		"kernel has it; add the library, the name to [kernel] symbols=, or glibc (--libc image)",
		exec_name, name, version ? "@" : "", version ? version : "", *m->name ? m->name : exec_name);
}

/* elf/unused_imports.c: what M never calls need not be there. */
OPTIONAL bool unused_import(const struct module *m, struct found *out) { (void)m, (void)out; return false; }

/* elf/unload.c, linked in with dlopen(): what is there from the start stays. */
OPTIONAL bool note_use(struct module *m, struct module *used) { (void)m, (void)used; return true; }

bool reloc_bind(struct relocating *s, u32 index, bool plt, struct module *skip, struct found *out)
{
	struct module *m = s->m;

	if (index >= m->sym_count)
		return module_corrupt(m, "relocation");
	if (index == s->last_sym && plt == s->last_plt && !skip) {
		*out = s->last;
		return true;
	}
	const struct elf_sym *sym = &m->symtab[index];
	unsigned visibility = SYM_VISIBILITY(sym);
	*out = (struct found){ m, sym };
	if (SYM_BIND(sym) != STB_LOCAL && visibility != STV_HIDDEN && visibility != STV_INTERNAL) {
		struct query q;
		query_init(&q, module_string(m, sym->name));
		q.plt = plt;
		q.skip = skip;
		q.musl = m->musl;
		q.version = version_wanted(m, index);
		if (!lookup_from(m, &q, out)) {
			*out = (struct found){ 0 };
			if (SYM_BIND(sym) != STB_WEAK && !unused_import(m, out))
				return undefined(m, index);
		} else if (visibility == STV_PROTECTED && sym->shndx != SHN_UNDEF &&
			   (SYM_TYPE(sym) != STT_OBJECT || out->m != main_module)) {
			*out = (struct found){ m, sym };	/* data may have moved by COPY */
		}
	} else if (sym->shndx == SHN_UNDEF) {
		if (SYM_BIND(sym) != STB_WEAK)
			return undefined(m, index);
		*out = (struct found){ 0 };
	}
	if (out->m && out->m != m && !out->m->nodelete && !note_use(m, out->m))
		return false;
	if (!skip) {
		s->last_sym = index;
		s->last_plt = plt;
		s->last = *out;
	}
	return true;
}

u8 *reloc_place(const struct module *m, u64 offset, unsigned size)
{
	return (u8 *)module_at(m, offset, size, m->textrel ? PF_R : PF_W);
}

static bool unknown(const struct relocating *s, const struct elf_rela *r)
{
	return loader_fail("%s: relocation type %u is not what this kernel was built for; build the image again",
		s->m->name, RELA_TYPE(r));
}

OPTIONAL bool apply_copy(struct relocating *s, const struct elf_rela *r) { return unknown(s, r); }
OPTIONAL bool apply_tls(struct relocating *s, const struct elf_rela *r) { return unknown(s, r); }
OPTIONAL bool apply_rare(struct relocating *s, const struct elf_rela *r) { return unknown(s, r); }

static bool apply(struct relocating *s, const struct elf_rela *r)
{
	u32 type = RELA_TYPE(r);
	struct found f;
	u64 v = 0;

	switch (type) {
	case R_X86_64_COPY:
		return apply_copy(s, r);
	case R_X86_64_DTPMOD64: case R_X86_64_DTPOFF64: case R_X86_64_TPOFF64: case R_X86_64_TLSDESC:
		return apply_tls(s, r);
	case R_X86_64_RELATIVE:
		v = s->m->bias + r->addend;
		break;
	case R_X86_64_GLOB_DAT: case R_X86_64_JUMP_SLOT: case R_X86_64_64:
		if (!reloc_bind(s, RELA_SYM(r), type == R_X86_64_JUMP_SLOT, NULL, &f))
			return false;
		if (f.m)
			v = found_address(&f);
		if (type == R_X86_64_64)
			v += r->addend;
		break;
	default:
		return apply_rare(s, r);
	}
	u64 *place = (u64 *)reloc_place(s->m, r->offset, 8);
	if (!place)
		return module_corrupt(s->m, "relocation");
	*place = v;
	return true;
}

static const unsigned tables[][2] = { { DT_RELA, DT_RELASZ }, { DT_JMPREL, DT_PLTRELSZ } };

/* DT_RELA may hold DT_JMPREL at its end; entries of both are then done twice, with the same result. */
bool reloc_each(struct module *m, bool (*fn)(struct relocating *s, const struct elf_rela *r))
{
	struct relocating s = { .m = m, .last_sym = ~0u };

	for (unsigned t = 0; t < array_len(tables); t++) {
		if (!module_has(m, tables[t][0]))
			continue;
		const struct elf_rela *r = (const struct elf_rela *)(m->bias + m->dyn[tables[t][0]]);
		for (u64 n = m->dyn[tables[t][1]] / sizeof(*r); n--; r++)
			if (!fn(&s, r))
				return false;
	}
	return true;
}

bool reloc_protect(struct module *m, u64 from, u64 to, int prot)
{
	KERNEL_LOCK();
	long r = to > from ? vm_protect(from, to - from, prot) : 0;

	return r >= 0 || loader_fail("%s: out of memory", m->name);
}

static bool protect_relro(struct module *m)
{
	for (unsigned i = 0; i < m->phnum; i++) {
		const struct elf_phdr *p = &m->phdrs[i];
		if (p->type != PT_GNU_RELRO)
			continue;
		if (!module_at(m, p->vaddr, p->memsz, PF_W))
			return module_corrupt(m, "PT_GNU_RELRO");
		/* As ld.so: only whole pages. */
		return reloc_protect(m, align_down(m->bias + p->vaddr, (u64)PAGE_SIZE),
			align_down(m->bias + p->vaddr + p->memsz, (u64)PAGE_SIZE), PROT_READ);
	}
	return true;
}

/* elf/relocate_rare.c */
OPTIONAL bool relocate_before(struct module *m) { (void)m; return true; }
OPTIONAL bool relocate_after(struct module *m) { (void)m; return true; }

bool relocate(struct module *m)
{
	if (m->relocated)
		return true;
	if (!relocate_before(m) || !reloc_each(m, apply) || !relocate_after(m) || !protect_relro(m))
		return false;
	m->relocated = true;
	return true;
}
