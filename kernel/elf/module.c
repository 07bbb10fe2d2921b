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

bool module_corrupt(const struct module *m, const char *what)
{
	return loader_fail("%s: corrupt %s; the file is damaged, put a good one into the image", m->name, what);
}

/* GNU hash: header of four words, bloom filter, buckets, chains (one word a symbol from FIRST on). */
static bool parse_gnu_hash(struct module *m, u64 vaddr)
{
	const u32 *h = module_at(m, vaddr, 16, PF_R);

	if (!h || vaddr & 7 || !h[2] || h[2] & (h[2] - 1))
		return module_corrupt(m, "GNU hash table");
	m->gnu.buckets = h[0];
	m->gnu.first = h[1];
	m->gnu.words = h[2];
	m->gnu.shift = h[3] & 63;
	u64 bloom = vaddr + 16, bucket = bloom + 8UL * h[2], chain = bucket + 4UL * h[0];
	m->gnu.bloom = module_at(m, bloom, 8UL * h[2], PF_R);
	m->gnu.bucket = module_at(m, bucket, 4UL * h[0], PF_R);
	m->gnu.chain = module_at(m, chain, 0, PF_R);
	if (!m->gnu.bloom || !m->gnu.bucket || !m->gnu.chain)
		return module_corrupt(m, "GNU hash table");
	m->gnu.chains = min(bytes_at(m, chain) / 4, 0x7fffffffUL);
	return true;
}

static bool parse_symbols(struct module *m)
{
	u64 str = m->dyn[DT_STRTAB], sym = m->dyn[DT_SYMTAB];

	m->strsz = m->dyn[DT_STRSZ];
	m->strtab = module_at(m, str, m->strsz, PF_R);
	if (!m->strsz || !m->strtab || m->strtab[m->strsz - 1])
		return module_corrupt(m, "dynamic section");
	if (module_has(m, DT_SYMENT) && m->dyn[DT_SYMENT] != sizeof(struct elf_sym))
		return module_corrupt(m, "dynamic symbol table");
	m->symtab = module_at(m, sym, sizeof(struct elf_sym), PF_R);
	if (!m->symtab || sym & 7)
		return module_corrupt(m, "dynamic symbol table");
	m->sym_count = min(bytes_at(m, sym) / sizeof(struct elf_sym), 0x7fffffffUL);
	return true;
}

/* Tables: where, their size, the size of an entry. */
static const u8 tables[][3] = {
	{ DT_RELA, DT_RELASZ, sizeof(struct elf_rela) }, { DT_JMPREL, DT_PLTRELSZ, sizeof(struct elf_rela) },
	{ DT_RELR, DT_RELRSZ, 8 },
	{ DT_INIT_ARRAY, DT_INIT_ARRAYSZ, 8 }, { DT_FINI_ARRAY, DT_FINI_ARRAYSZ, 8 },
	{ DT_PREINIT_ARRAY, DT_PREINIT_ARRAYSZ, 8 },
};

static bool check_tables(const struct module *m)
{
	if (module_has(m, DT_REL) || (module_has(m, DT_PLTREL) && m->dyn[DT_PLTREL] != DT_RELA) ||
	    (module_has(m, DT_RELAENT) && m->dyn[DT_RELAENT] != sizeof(struct elf_rela)))
		return module_corrupt(m, "relocation table");
	for (unsigned i = 0; i < array_len(tables); i++) {
		u64 at = m->dyn[tables[i][0]], size = m->dyn[tables[i][1]];
		if (module_has(m, tables[i][0]) && (size % tables[i][2] || at & 7 || !module_at(m, at, size, PF_R)))
			return module_corrupt(m, i < 3 ? "relocation table" : "table of constructors");
	}
	return true;
}

/* elf/version.c, linked in when the image holds libraries: the kernel's own
 * symbols have no versions. */
OPTIONAL bool versions_parse(struct module *m, const u64 verdef[2], const u64 verneed[2])
{
	(void)m, (void)verdef, (void)verneed;
	return true;
}

/* elf/sysv_hash.c */
OPTIONAL bool sysv_parse(struct module *m) { (void)m; return true; }

/* Tags of versions and such are kept by their last digit (gABI, GNU and Sun extensions). */
#define DT_HIGH 0x6ffffff0
#define HIGH(tag) high[(tag) - DT_HIGH]

static bool parse_tags(struct module *m, u64 limit)
{
	u64 gnu_hash = 0, high[16] = { 0 };

	for (const struct elf_dyn *d = m->dynamic; limit && d->tag != DT_NULL; d++, limit--) {
		if (d->tag - 1UL < DT_COUNT - 1) {
			m->dyn[d->tag] = d->val;
			m->have |= 1UL << d->tag;
		} else if (d->tag - (u64)DT_HIGH < array_len(high)) {
			HIGH(d->tag) = d->val;
		} else if (d->tag == DT_GNU_HASH) {
			gnu_hash = d->val;
		}
	}
	if (!limit)
		return module_corrupt(m, "dynamic section");
	m->flags1 = HIGH(DT_FLAGS_1);
	if (!parse_symbols(m) || !check_tables(m))
		return false;
	if (gnu_hash ? !parse_gnu_hash(m, gnu_hash) : module_has(m, DT_HASH) && !sysv_parse(m))
		return false;
	u64 versym = HIGH(DT_VERSYM);
	if (!versym || m->is_kernel)
		return true;
	m->versym = module_at(m, versym, 2, PF_R);
	if (!m->versym || versym & 1)
		return module_corrupt(m, "symbol versions");
	m->sym_count = min((u64)m->sym_count, bytes_at(m, versym) / 2);
	return versions_parse(m, &HIGH(DT_VERDEF), &HIGH(DT_VERNEED));	/* each with its number behind it */
}

bool module_parse(struct module *m)
{
	u64 limit = ~0UL;

	if (!m->is_kernel) {
		limit = 0;
		for (unsigned i = 0; i < m->phnum; i++) {
			const struct elf_phdr *p = &m->phdrs[i];
			if (p->type != PT_DYNAMIC)
				continue;
			limit = p->memsz / sizeof(struct elf_dyn);
			m->dynamic = (struct elf_dyn *)module_at(m, p->vaddr, p->memsz, PF_R);
			if (!m->dynamic || p->vaddr & 7)
				return module_corrupt(m, "dynamic section");
		}
	}
	m->map.dynamic = m->dynamic;
	if (!m->dynamic)
		return loader_fail("%s: has no dynamic section; it is not a dynamic program or library", m->name);
	if (!parse_tags(m, limit))
		return false;
	if (module_has(m, DT_SONAME))
		m->soname = module_string(m, m->dyn[DT_SONAME]);
	if (m->flags1 & DF_1_NODELETE)
		m->nodelete = true;
	return true;
}
