/* DT_HASH (gABI "Hash Table"), of files without DT_GNU_HASH. The image builder selects this file by exec_sysv_hash
 * for a program of that kind, and load_file.c does. */
#include "dynlink.h"

const char exec_sysv_hash[1];

bool sysv_parse(struct module *m)
{
	u64 vaddr = m->dyn[DT_HASH];
	const u32 *h = module_at(m, vaddr, 8, PF_R);

	if (!h || vaddr & 3 || !module_at(m, vaddr, 8 + 4UL * h[0] + 4UL * h[1], PF_R))
		return module_corrupt(m, "hash table");
	m->sysv.buckets = h[0];
	m->sysv.chains = h[1];
	m->sysv.bucket = h + 2;
	m->sysv.chain = h + 2 + h[0];
	return true;
}

u32 sysv_hash(const char *name)
{
	u32 h = 0;

	for (const u8 *s = (const u8 *)name; *s; s++) {
		h = (h << 4) + *s;
		h ^= h >> 24 & 0xf0;
	}
	return h & 0xfffffff;
}

void sysv_search(const struct module *m, const struct query *q, struct match *result)
{
	u32 steps = m->sysv.chains;

	if (!m->sysv.buckets)
		return;
	for (u32 i = m->sysv.bucket[sysv_hash(q->name) % m->sysv.buckets]; i && i < m->sysv.chains &&
	     i < m->sym_count && steps-- && !result->exact; i = m->sysv.chain[i])
		consider(m, i, q, result);
}
