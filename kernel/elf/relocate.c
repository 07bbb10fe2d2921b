/* Relocations (x86-64 psABI 4.4, DT_RELR: gABI). All symbols are bound at
 * once; afterwards what the linker marked (PT_GNU_RELRO) becomes read-only. */
#include "dynlink.h"

extern const char tlsdesc_static[], tlsdesc_undefined[];
OPTIONAL const char *tlsdesc_entry(void) { return NULL; }	/* tls_block.c */

struct state {
	struct module *m;
	u32 last_sym;		/* the last answer, for runs of the same symbol */
	bool last_plt;
	struct found last;
};

static bool corrupt(const struct module *m, const char *what)
{
	return loader_fail("%s: corrupt relocation (%s); the file is damaged, put a good one into the image", m->name, what);
}

/* elf/dlopen.c: says it in glibc's words. */
OPTIONAL bool undefined_in_dlopen(const struct module *m, const char *name, const char *version)
{
	(void)m, (void)name, (void)version;
	return false;
}

static bool undefined(const struct module *m, u32 index)
{
	const char *name = module_string(m, m->symtab[index].name);
	unsigned ndx = m->versym ? m->versym[index] & 0x7fff : 0;
	const char *version = ndx < m->version_count && m->versions[ndx].hash ? m->versions[ndx].name : NULL;

	if (undefined_in_dlopen(m, name, version))
		return false;
	return loader_fail("%s: undefined symbol %s%s%s (wanted by %s): no library in the image and no exported name "
		"of this kernel defines it; add the library, the name under [kernel] symbols=, or glibc (--libc image)",
		exec_name, name, version ? "@" : "", version ? version : "", *m->name ? m->name : exec_name);
}

/* M cannot do without USED from now on. */
bool note_use(struct module *m, struct module *used)
{
	for (unsigned i = 0; i < m->dep_count; i++)
		if (m->deps[i] == used)
			return true;
	for (unsigned i = 0; i < m->use_count; i++)
		if (m->uses[i] == used)
			return true;
	struct module **grown = loader_alloc((m->use_count + 1) * sizeof(*grown));
	if (!grown)
		return loader_fail("%s: out of memory", m->name);
	if (m->uses)
		memcpy(grown, m->uses, m->use_count * sizeof(*grown));
	loader_free(m->uses);
	m->uses = grown;
	m->uses[m->use_count++] = used;
	return true;
}

/* The definition that symbol INDEX of the module is bound to; found.m NULL:
 * weak and undefined. */
static bool bind(struct state *s, u32 index, bool plt, struct module *skip, struct found *out)
{
	struct module *m = s->m;

	if (index >= m->sym_count)
		return corrupt(m, "symbol index");
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
		unsigned ndx = m->versym ? m->versym[index] & 0x7fff : 0;
		if (ndx < m->version_count && m->versions[ndx].hash)
			q.version = &m->versions[ndx];
		if (!lookup_from(m, &q, out)) {
			if (SYM_BIND(sym) != STB_WEAK)
				return undefined(m, index);
			*out = (struct found){ 0 };
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

static bool overflow(const struct module *m, u32 type)
{
	return loader_fail("%s: relocation %u does not reach its symbol; compile it with -fPIC", m->name, type);
}

static bool copy(struct state *s, const struct elf_rela *r, u8 *place)
{
	struct found f;

	if (!bind(s, RELA_SYM(r), false, s->m, &f))
		return false;
	if (!f.m)
		return true;
	u64 n = min(f.sym->size, s->m->symtab[RELA_SYM(r)].size);
	u64 from = f.m->bias + f.sym->value;
	if (!module_at(f.m, f.sym->value, n, PF_R) || !module_at(s->m, r->offset, n, PF_W))
		return corrupt(s->m, "copy");
	if (f.m->is_kernel) {
		if (copyvar_current(from) != (u64)place)	/* done by relocate_copies_of_kernel, unless it is a constant */
			memcpy(place, (void *)from, n);
		return true;
	}
	memcpy(place, (void *)from, n);
	return true;
}

/* Thread-local symbols: index 0 means the module itself. */
static bool bind_tls(struct state *s, const struct elf_rela *r, struct tls **tls, u64 *offset)
{
	struct found f = { s->m, NULL };

	*tls = NULL;
	*offset = r->addend;
	if (RELA_SYM(r) && !bind(s, RELA_SYM(r), true, NULL, &f))
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

static bool apply_tls(struct state *s, const struct elf_rela *r, u64 *place)
{
	struct tls *tls;
	u64 offset;

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

static bool is_call(u32 type)
{
	return type == R_X86_64_JUMP_SLOT;
}

static bool apply_symbol(struct state *s, const struct elf_rela *r, u8 *place)
{
	u32 type = RELA_TYPE(r);
	struct found f;
	u64 v = 0, size = 0;

	if (!bind(s, RELA_SYM(r), is_call(type), NULL, &f))
		return false;
	if (f.m) {
		if (type != R_X86_64_SIZE32 && type != R_X86_64_SIZE64)
			v = found_address(&f);
		size = f.sym->size;
	}
	switch (type) {
	case R_X86_64_GLOB_DAT:
	case R_X86_64_JUMP_SLOT:
		*(u64 *)place = v;
		return true;
	case R_X86_64_64:
		*(u64 *)place = v + r->addend;
		return true;
	case R_X86_64_PC64:
		*(u64 *)place = v + r->addend - (u64)place;
		return true;
	case R_X86_64_SIZE64:
		*(u64 *)place = size + r->addend;
		return true;
	case R_X86_64_PC32:
		v += r->addend - (u64)place;
		if ((s64)v != (s32)v)
			return overflow(s->m, type);
		break;
	case R_X86_64_32S:
		v += r->addend;
		if ((s64)v != (s32)v)
			return overflow(s->m, type);
		break;
	case R_X86_64_32:
		v += r->addend;
		if (v != (u32)v)
			return overflow(s->m, type);
		break;
	case R_X86_64_SIZE32:
		v = size + r->addend;
		break;
	}
	*(u32 *)place = v;
	return true;
}

/* Where relocation R writes, or NULL: outside of what may be written. */
static u8 *place_of(const struct module *m, u64 offset, unsigned size)
{
	return (u8 *)module_at(m, offset, size, m->textrel ? PF_R : PF_W);
}

static bool apply(struct state *s, const struct elf_rela *r)
{
	u32 type = RELA_TYPE(r);
	unsigned size = 8;

	switch (type) {
	case R_X86_64_NONE: return true;
	case R_X86_64_COPY: size = 0; break;
	case R_X86_64_TLSDESC: size = 16; break;
	case R_X86_64_PC32: case R_X86_64_32: case R_X86_64_32S: case R_X86_64_SIZE32: size = 4; break;
	}
	u8 *place = place_of(s->m, r->offset, size);
	if (!place)
		return corrupt(s->m, "address");
	switch (type) {
	case R_X86_64_RELATIVE:
		*(u64 *)place = s->m->bias + r->addend;
		return true;
	case R_X86_64_IRELATIVE:
		return true;	/* its resolver runs when all else is done */
	case R_X86_64_COPY:
		return copy(s, r, place);
	case R_X86_64_DTPMOD64: case R_X86_64_DTPOFF64: case R_X86_64_TPOFF64: case R_X86_64_TLSDESC:
		return apply_tls(s, r, (u64 *)place);
	case R_X86_64_GLOB_DAT: case R_X86_64_JUMP_SLOT: case R_X86_64_64: case R_X86_64_PC64: case R_X86_64_SIZE64:
	case R_X86_64_PC32: case R_X86_64_32: case R_X86_64_32S: case R_X86_64_SIZE32:
		return apply_symbol(s, r, place);
	}
	return loader_fail("%s: unknown relocation type %u; it was built for a newer dynamic linker", s->m->name, type);
}

/* A word with an even value is an address to relocate; an odd one is a map of the next 63 words. */
static bool apply_relr(struct module *m)
{
	const u64 *r = (const u64 *)(m->bias + m->dyn[DT_RELR]), *end = r + m->dyn[DT_RELRSZ] / 8;
	u64 at = 0;

	for (; r < end; r++) {
		u64 bits = *r;
		if (!(bits & 1)) {
			u64 *p = (u64 *)place_of(m, bits, 8);
			if (!p)
				return corrupt(m, "address");
			*p += m->bias;
			at = bits + 8;
			continue;
		}
		for (u64 a = at; bits >>= 1; a += 8) {
			u64 *p;
			if (!(bits & 1))
				continue;
			if (!(p = (u64 *)place_of(m, a, 8)))
				return corrupt(m, "address");
			*p += m->bias;
		}
		at += 63 * 8;
	}
	return true;
}

static const unsigned tables[][2] = { { DT_RELA, DT_RELASZ }, { DT_JMPREL, DT_PLTRELSZ } };

/* DT_RELA may hold DT_JMPREL at its end; entries of both are then done twice, with the same result. */
static bool each(struct module *m, bool (*fn)(struct state *s, const struct elf_rela *r))
{
	struct state s = { .m = m, .last_sym = ~0u };

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

static bool apply_irelative(struct state *s, const struct elf_rela *r)
{
	if (RELA_TYPE(r) == R_X86_64_IRELATIVE) {
		if (!module_at(s->m, r->addend, 1, PF_X))
			return corrupt(s->m, "resolver");
		*(u64 *)(s->m->bias + r->offset) = ((u64 (*)(void))(s->m->bias + r->addend))();
	}
	return true;
}

static bool copy_of_kernel(struct state *s, const struct elf_rela *r)
{
	struct found f;

	if (RELA_TYPE(r) != R_X86_64_COPY)
		return true;
	if (!bind(s, RELA_SYM(r), false, s->m, &f))
		return false;
	if (!f.m || !f.m->is_kernel)
		return true;
	u64 from = f.sym->value, n = min(f.sym->size, s->m->symtab[RELA_SYM(r)].size);
	u8 *place = place_of(s->m, r->offset, n);
	if (!place)
		return corrupt(s->m, "copy");
	if (copyvar_current(from) == from) {
		memcpy(place, (void *)from, n);
		copyvar_redirect(from, (u64)place);
	}
	return true;
}

/* Before any other relocation: who is bound to libc's variable gets the copy. */
bool relocate_copies_of_kernel(struct module *m)
{
	return each(m, copy_of_kernel);
}

static bool protect(struct module *m, u64 from, u64 to, int prot)
{
	KERNEL_LOCK();
	long r = to > from ? vm_protect(from, to - from, prot) : 0;

	return r >= 0 || loader_fail("%s: out of memory", m->name);
}

/* Text relocations: read-only segments become writable (and not executable) meanwhile. */
static bool open_text(struct module *m, bool open)
{
	for (unsigned i = 0; i < m->phnum; i++) {
		const struct elf_phdr *p = &m->phdrs[i];
		if (p->type != PT_LOAD || p->flags & PF_W || !p->memsz)
			continue;
		int prot = open ? PROT_READ | PROT_WRITE : PROT_READ | (p->flags & PF_X ? PROT_EXEC : 0);
		if (!protect(m, align_down(m->bias + p->vaddr, (u64)PAGE_SIZE),
			     align_up(m->bias + p->vaddr + p->memsz, (u64)PAGE_SIZE), prot))
			return false;
	}
	return true;
}

static bool protect_relro(struct module *m)
{
	for (unsigned i = 0; i < m->phnum; i++) {
		const struct elf_phdr *p = &m->phdrs[i];
		if (p->type != PT_GNU_RELRO)
			continue;
		if (!module_at(m, p->vaddr, p->memsz, PF_W))
			return loader_fail("%s: corrupt PT_GNU_RELRO segment", m->name);
		/* As ld.so: only whole pages. */
		return protect(m, align_down(m->bias + p->vaddr, (u64)PAGE_SIZE),
			align_down(m->bias + p->vaddr + p->memsz, (u64)PAGE_SIZE), PROT_READ);
	}
	return true;
}

bool relocate(struct module *m)
{
	if (m->relocated)
		return true;
	m->textrel = module_has(m, DT_TEXTREL) || (module_has(m, DT_FLAGS) && m->dyn[DT_FLAGS] & DF_TEXTREL);
	if ((m->textrel && !open_text(m, true)) || (module_has(m, DT_RELR) && !apply_relr(m)) || !each(m, apply) ||
	    (m->textrel && !open_text(m, false)) || !each(m, apply_irelative) || !protect_relro(m))
		return false;
	m->relocated = true;
	return true;
}
