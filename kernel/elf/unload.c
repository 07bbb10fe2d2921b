/* Drops the libraries that nothing keeps: a mark from what must stay, along
 * what it needs and is bound to; then destructors, then memory. */
#include "dynlink.h"

#define KEPT 1
#define DEAD 2

OPTIONAL void debug_publish(void) {}
OPTIONAL void find_object_forget(void) {}
OPTIONAL void fini_marked(unsigned mark) { (void)mark; }

static void mark(struct module *root)
{
	/* Without recursion: marked modules are taken up again until none is new. */
	bool again = root->mark != KEPT;

	root->mark = KEPT;
	while (again) {
		again = false;
		for (struct module *m = modules; m; m = m->next) {
			if (m->mark != KEPT)
				continue;
			for (unsigned i = 0; i < m->dep_count + m->use_count; i++) {
				struct module *d = i < m->dep_count ? m->deps[i] : m->uses[i - m->dep_count];
				again |= d->mark != KEPT && !d->is_kernel;
				d->mark = KEPT;
			}
		}
	}
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

static void strike(struct scope *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->count; i++)
		if (s->list[i]->mark != DEAD)
			s->list[n++] = s->list[i];
	s->count = n;
}

static void unmap(u64 start, u64 end)
{
	KERNEL_LOCK();
	vm_unmap(start, end - start);
	find_object_forget();
}

void unload_unused(void)
{
	bool any = false;

	for (struct module *m = modules; m; m = m->next)
		m->mark = DEAD;
	for (struct module *m = modules; m; m = m->next)
		if (m->nodelete || m->refs)
			mark(m);
	for (struct module *m = modules; m; m = m->next)
		any |= m->mark == DEAD;
	if (!any)
		return;
	fini_marked(DEAD);
	kernel_module.mark = KEPT;
	strike(&global_scope);
	for (struct module *m = modules; m; m = m->next)
		if (m->mark != DEAD)
			strike(&m->local);
	for (struct module *m = modules, *next; m; m = next) {
		next = m->next;
		if (m->mark != DEAD)
			continue;
		u64 start = m->start, end = m->end;
		module_list_remove(m);
		unmap(start, end);
	}
	debug_publish();
}
