/* STB_GNU_UNIQUE (static variables of inline functions in C++): the first
 * definition that anybody was bound to is everybody's, whatever the scopes.
 * A library that holds such a one stays loaded. */
#include "dynlink.h"

struct unique {
	struct unique *next;
	u32 hash;
	struct found found;
};

const char elf_unique[1];	/* load_file() names it */

static struct unique *table[64];

void unique_choose(struct found *f)
{
	struct query q;
	const char *name = module_string(f->m, f->sym->name);

	query_init(&q, name);
	struct unique **head = &table[q.hash % array_len(table)];
	for (struct unique *u = *head; u; u = u->next)
		if (u->hash == q.hash && !strcmp(module_string(u->found.m, u->found.sym->name), name)) {
			*f = u->found;
			return;
		}
	struct unique *u = loader_alloc(sizeof(*u));
	if (!u)
		return;
	*u = (struct unique){ *head, q.hash, *f };
	*head = u;
	f->m->nodelete = true;
}
