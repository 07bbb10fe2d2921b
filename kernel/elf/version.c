/* Symbol versions a module defines and needs, by the index that its symbols
 * carry (LSB core, "Symbol Versioning"). */
#include "dynlink.h"

const char versions_anchor[1];		/* elf/load_file.c names it, since a weak default does not pull this file in */

static bool set(struct module *m, unsigned index, u32 hash, u32 name)
{
	index &= ~VER_HIDDEN & 0xffff;
	if (index >= m->version_count) {
		unsigned n = max(index + 1, m->version_count * 2);
		struct version *v = loader_alloc(n * sizeof(*v));
		if (!v)
			return loader_fail("%s: out of memory", m->name);
		if (m->versions)
			memcpy(v, m->versions, m->version_count * sizeof(*v));
		loader_free(m->versions);
		m->versions = v;
		m->version_count = n;
	}
	m->versions[index] = (struct version){ hash, module_string(m, name) };
	return true;
}

/* The lists go upwards only, so each ends at its segment's end at the latest. */
static bool parse_needed(struct module *m, u64 at, u64 count)
{
	while (count--) {
		const struct elf_verneed *n = module_at(m, at, sizeof(*n), PF_R);
		if (!n || at & 3)
			return false;
		u64 aux_at = at + n->aux;
		for (unsigned i = 0; i < n->cnt; i++) {
			const struct elf_vernaux *a = module_at(m, aux_at, sizeof(*a), PF_R);
			if (!a || aux_at & 3)
				return false;
			if (!set(m, a->other, a->hash, a->name))
				return false;
			if (!a->next)
				break;
			aux_at += a->next;
		}
		if (!n->next)
			break;
		if (n->next < sizeof(*n))
			return false;
		at += n->next;
	}
	return true;
}

static bool parse_defined(struct module *m, u64 at, u64 count)
{
	while (count--) {
		const struct elf_verdef *d = module_at(m, at, sizeof(*d), PF_R);
		if (!d || at & 3)
			return false;
		const struct elf_verdaux *a = module_at(m, at + d->aux, sizeof(*a), PF_R);
		if (!a || d->aux & 3)
			return false;
		if (!(d->flags & VER_FLG_BASE) && !set(m, d->ndx, d->hash, a->name))
			return false;
		if (!d->next)
			break;
		if (d->next < sizeof(*d))
			return false;
		at += d->next;
	}
	return true;
}

bool versions_parse(struct module *m, const u64 verdef[2], const u64 verneed[2])
{
	loader_message[0] = 0;
	if ((verneed[0] && !parse_needed(m, verneed[0], verneed[1])) ||
	    (verdef[0] && !parse_defined(m, verdef[0], verdef[1])))
		return loader_message[0] ? false : module_corrupt(m, "symbol versions");
	return true;
}
