/* Reads a mapped module's dynamic section (gABI chapter 5) and derives the
 * limits that keep everything later inside the module. */
#include "dynlink.h"

const void *module_at(const struct module *m, u64 vaddr, u64 len, u32 flags)
{
	for (unsigned i = 0; i < m->phnum; i++) {
		const struct elf_phdr *p = &m->phdrs[i];
		if (p->type == PT_LOAD && vaddr >= p->vaddr && vaddr - p->vaddr <= p->memsz &&
		    len <= p->memsz - (vaddr - p->vaddr) && (p->flags & flags) == flags)
			return (const void *)(m->bias + vaddr);
	}
	return NULL;
}

/* How many bytes of its segment follow VADDR. */
static u64 bytes_at(const struct module *m, u64 vaddr)
{
	for (unsigned i = 0; i < m->phnum; i++) {
		const struct elf_phdr *p = &m->phdrs[i];
		if (p->type == PT_LOAD && vaddr >= p->vaddr && vaddr - p->vaddr < p->memsz && p->flags & PF_R)
			return p->memsz - (vaddr - p->vaddr);
	}
	return 0;
}

const char *module_string(const struct module *m, u64 offset)
{
	return offset < m->strsz ? m->strtab + offset : "";
}

static bool corrupt(const struct module *m, const char *what)
{
	return loader_fail("%s: corrupt %s; the file is damaged, put a good one into the image", m->name, what);
}

/* GNU hash: header of four words, bloom filter, buckets, chains (one word a symbol from FIRST on). */
static bool parse_gnu_hash(struct module *m, u64 vaddr)
{
	const u32 *h = module_at(m, vaddr, 16, PF_R);

	if (!h || vaddr & 7 || !h[2] || h[2] & (h[2] - 1))
		return corrupt(m, "GNU hash table");
	m->gnu.buckets = h[0];
	m->gnu.first = h[1];
	m->gnu.words = h[2];
	m->gnu.shift = h[3] & 63;
	u64 bloom = vaddr + 16, bucket = bloom + 8UL * h[2], chain = bucket + 4UL * h[0];
	m->gnu.bloom = module_at(m, bloom, 8UL * h[2], PF_R);
	m->gnu.bucket = module_at(m, bucket, 4UL * h[0], PF_R);
	m->gnu.chain = module_at(m, chain, 0, PF_R);
	if (!m->gnu.bloom || !m->gnu.bucket || !m->gnu.chain)
		return corrupt(m, "GNU hash table");
	m->gnu.chains = min(bytes_at(m, chain) / 4, 0x7fffffffUL);
	return true;
}

static bool parse_sysv_hash(struct module *m, u64 vaddr)
{
	const u32 *h = module_at(m, vaddr, 8, PF_R);

	if (!h || vaddr & 3 || !module_at(m, vaddr, 8 + 4UL * h[0] + 4UL * h[1], PF_R))
		return corrupt(m, "hash table");
	m->sysv.buckets = h[0];
	m->sysv.chains = h[1];
	m->sysv.bucket = h + 2;
	m->sysv.chain = h + 2 + h[0];
	return true;
}

static bool parse_symbols(struct module *m)
{
	u64 str = m->dyn[DT_STRTAB], sym = m->dyn[DT_SYMTAB];

	m->strsz = m->dyn[DT_STRSZ];
	m->strtab = module_at(m, str, m->strsz, PF_R);
	if (!m->strsz || !m->strtab || m->strtab[m->strsz - 1])
		return corrupt(m, "dynamic string table");
	if (module_has(m, DT_SYMENT) && m->dyn[DT_SYMENT] != sizeof(struct elf_sym))
		return corrupt(m, "dynamic symbol size");
	m->symtab = module_at(m, sym, sizeof(struct elf_sym), PF_R);
	if (!m->symtab || sym & 7)
		return corrupt(m, "dynamic symbol table");
	m->sym_count = min(bytes_at(m, sym) / sizeof(struct elf_sym), 0x7fffffffUL);
	return true;
}

static bool table_ok(const struct module *m, unsigned tag, unsigned size_tag, u64 entry)
{
	u64 size = m->dyn[size_tag];

	if (!module_has(m, tag))
		return true;
	return size % entry == 0 && !(m->dyn[tag] & 7) && module_at(m, m->dyn[tag], size, PF_R);
}

static bool check_tables(struct module *m)
{
	if (module_has(m, DT_REL) || (module_has(m, DT_PLTREL) && m->dyn[DT_PLTREL] != DT_RELA) ||
	    (module_has(m, DT_RELAENT) && m->dyn[DT_RELAENT] != sizeof(struct elf_rela)) ||
	    !table_ok(m, DT_RELA, DT_RELASZ, sizeof(struct elf_rela)) ||
	    !table_ok(m, DT_JMPREL, DT_PLTRELSZ, sizeof(struct elf_rela)) ||
	    !table_ok(m, DT_RELR, DT_RELRSZ, 8))
		return corrupt(m, "relocation table");
	if (!table_ok(m, DT_INIT_ARRAY, DT_INIT_ARRAYSZ, 8) || !table_ok(m, DT_FINI_ARRAY, DT_FINI_ARRAYSZ, 8) ||
	    !table_ok(m, DT_PREINIT_ARRAY, DT_PREINIT_ARRAYSZ, 8))
		return corrupt(m, "table of constructors");
	return true;
}

/* elf/version.c, linked in when the image holds libraries: the kernel's own
 * symbols have no versions. */
OPTIONAL bool versions_parse(struct module *m, const u64 verdef[2], const u64 verneed[2])
{
	(void)m, (void)verdef, (void)verneed;
	return true;
}

bool module_parse(struct module *m)
{
	u64 gnu_hash = 0, versym = 0, verdef[2] = { 0 }, verneed[2] = { 0 }, limit = 0;

	for (unsigned i = 0; i < m->phnum; i++)
		if (m->phdrs[i].type == PT_DYNAMIC && !m->is_kernel) {
			limit = m->phdrs[i].memsz / sizeof(struct elf_dyn);
			m->dynamic = (struct elf_dyn *)module_at(m, m->phdrs[i].vaddr, m->phdrs[i].memsz, PF_R);
			if (!m->dynamic || m->phdrs[i].vaddr & 7)
				return corrupt(m, "dynamic section");
		}
	m->map.dynamic = m->dynamic;
	if (m->is_kernel)
		limit = ~0UL;
	if (!m->dynamic)
		return loader_fail("%s: has no dynamic section; it is not a dynamic program or library", m->name);
	for (const struct elf_dyn *d = m->dynamic;; d++) {
		if (!limit--)
			return corrupt(m, "dynamic section");
		if (d->tag == DT_NULL)
			break;
		if (d->tag > 0 && d->tag < DT_COUNT) {
			m->dyn[d->tag] = d->val;
			m->have |= 1UL << d->tag;
			continue;
		}
		switch (d->tag) {
		case DT_GNU_HASH: gnu_hash = d->val; break;
		case DT_VERSYM: versym = d->val; break;
		case DT_VERDEF: verdef[0] = d->val; break;
		case DT_VERDEFNUM: verdef[1] = d->val; break;
		case DT_VERNEED: verneed[0] = d->val; break;
		case DT_VERNEEDNUM: verneed[1] = d->val; break;
		case DT_FLAGS_1: m->flags1 = d->val; break;
		}
	}
	if (!parse_symbols(m) || !check_tables(m))
		return false;
	if (gnu_hash ? !parse_gnu_hash(m, gnu_hash) : module_has(m, DT_HASH) && !parse_sysv_hash(m, m->dyn[DT_HASH]))
		return false;
	if (module_has(m, DT_SONAME))
		m->soname = module_string(m, m->dyn[DT_SONAME]);
	if (m->flags1 & DF_1_NODELETE)
		m->nodelete = true;
	if (!versym || m->is_kernel)
		return true;
	m->versym = module_at(m, versym, 2, PF_R);
	if (!m->versym || versym & 1)
		return corrupt(m, "symbol versions");
	m->sym_count = min((u64)m->sym_count, bytes_at(m, versym) / 2);
	return versions_parse(m, verdef, verneed);
}
