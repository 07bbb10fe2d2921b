/* Symbol lookup: DT_GNU_HASH, else DT_HASH, with versions as ld.so has them. */
#include "dynlink.h"

void query_init(struct query *q, const char *name)
{
	u32 h = 5381;

	for (const u8 *s = (const u8 *)name; *s; s++)
		h = h * 33 + *s;
	*q = (struct query){ .name = name, .hash = h };
}

static bool version_ok(const struct module *m, u32 index, const struct query *q, struct match *result)
{
	if (!m->versym)
		return true;
	u16 raw = m->versym[index];
	u32 ndx = raw & ~VER_HIDDEN & 0xffff;
	if (q->version) {
		const struct version *v = ndx < m->version_count ? &m->versions[ndx] : NULL;
		if (!v || !v->hash)	/* defined without a version: good for any reference */
			return !(raw & VER_HIDDEN) && !q->exact;
		return v->hash == q->version->hash && !strcmp(v->name, q->version->name);
	}
	if (ndx < (q->newest ? 2 : 3))	/* glibc elf/dl-lookup.c, check_match(): 2 is the first version, whose programs had none */
		return true;
	if (!(raw & VER_HIDDEN) && !result->newer_count++)
		result->newer = &m->symtab[index];
	return false;
}

void consider(const struct module *m, u32 index, const struct query *q, struct match *result)
{
	const struct elf_sym *s = &m->symtab[index];
	unsigned type = SYM_TYPE(s);

	if (s->shndx == SHN_UNDEF ? q->plt || !s->value : !s->value && s->shndx != SHN_ABS && type != STT_TLS)
		return;
	if (type > STT_TLS ? type != STT_GNU_IFUNC : type == 3 || type == 4)	/* SECTION, FILE */
		return;
	if (SYM_BIND(s) == STB_LOCAL || SYM_VISIBILITY(s) == STV_HIDDEN || SYM_VISIBILITY(s) == STV_INTERNAL)
		return;
	if (strcmp(module_string(m, s->name), q->name))
		return;
	if (version_ok(m, index, q, result))
		result->exact = s;
}

void search_gnu(const struct module *m, const struct query *q, struct match *result)
{
	u32 h = q->hash;
	u64 word = m->gnu.bloom[h / 64 & (m->gnu.words - 1)];

	if (!(word >> (h & 63) & word >> (h >> m->gnu.shift & 63) & 1))
		return;
	u32 i = m->gnu.bucket[h % m->gnu.buckets];
	if (i < m->gnu.first)
		return;
	for (; i < m->sym_count && i - m->gnu.first < m->gnu.chains && !result->exact; i++) {
		u32 chain = m->gnu.chain[i - m->gnu.first];
		if ((chain ^ h) >> 1 == 0)
			consider(m, i, q, result);
		if (chain & 1)
			break;
	}
}

OPTIONAL void sysv_search(const struct module *m, const struct query *q, struct match *result)
{
	(void)m, (void)q, (void)result;
}

static void search(const struct module *m, const struct query *q, struct match *result)
{
	if (m->gnu.buckets)
		search_gnu(m, q, result);
	else
		sysv_search(m, q, result);
}

OPTIONAL void search_for_musl(const struct module *m, const struct query *q, struct match *result)
{
	(void)m, (void)q, (void)result;
}

bool lookup_in(struct module *m, const struct query *q, struct found *out)
{
	struct match result = { 0 };

	if (m->is_kernel && q->musl)
		search_for_musl(m, q, &result);
	if (!result.exact)
		search(m, q, &result);

	const struct elf_sym *s = result.exact ? result.exact : result.newer_count == 1 ? result.newer : NULL;
	if (!s)
		return false;
	*out = (struct found){ m, s };
	if (SYM_BIND(s) == STB_GNU_UNIQUE)
		unique_choose(out);
	return true;
}

bool lookup_scope(const struct scope *s, const struct query *q, struct found *out)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->list[i] != q->skip && lookup_in(s->list[i], q, out))
			return true;
	return false;
}

bool lookup_from(struct module *from, const struct query *q, struct found *out)
{
	bool symbolic = module_has(from, DT_SYMBOLIC) || (module_has(from, DT_FLAGS) && from->dyn[DT_FLAGS] & DF_SYMBOLIC);

	*out = (struct found){ 0 };
	return (symbolic && from != q->skip && lookup_in(from, q, out)) ||
		(from->deepbind && lookup_scope(&from->local, q, out)) ||
		lookup_scope(&global_scope, q, out) ||
		(!from->deepbind && lookup_scope(&from->local, q, out));
}

/* Without COPY relocations the kernel's variables are where it has them. */
OPTIONAL u64 copyvar_current(u64 kernel_address) { return kernel_address; }
OPTIONAL void unique_choose(struct found *f) { (void)f; }

u64 found_address(const struct found *f)
{
	u64 a = f->sym->value + (f->sym->shndx == SHN_ABS ? 0 : f->m->bias);

	if (SYM_TYPE(f->sym) == STT_GNU_IFUNC && f->sym->shndx != SHN_UNDEF)
		return ((u64 (*)(void))a)();
	if (f->m->is_kernel)
		return copyvar_current(a);
	return a;
}

u32 symbol_count(const struct module *m)
{
	u32 last = 0;

	if (!m->gnu.buckets)
		return min(m->sysv.chains, m->sym_count);
	for (u32 b = 0; b < m->gnu.buckets; b++)
		last = max(last, m->gnu.bucket[b]);
	if (last < m->gnu.first)
		return min(m->gnu.first, m->sym_count);
	while (last < m->sym_count && last - m->gnu.first < m->gnu.chains && !(m->gnu.chain[last - m->gnu.first] & 1))
		last++;
	return min(last + 1, m->sym_count);
}
