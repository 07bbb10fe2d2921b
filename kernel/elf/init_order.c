/* In which order libraries are relocated, and their constructors and destructors run: what a library needs is
 * ready before it, and gone after it. */
#include "dynlink.h"

const char init_order[1];		/* elf/load_file.c names it, since a weak default does not pull this file in */

struct frame {
	struct module *m;
	unsigned next;
};

/* What M needs, the NEXT-th; at the end of a program also what it is merely bound to. */
static struct module *needed(const struct module *m, unsigned next, bool fini)
{
	if (next < m->dep_count)
		return m->deps[next];
	next -= m->dep_count;
	return fini && next < m->use_count ? m->uses[next] : NULL;
}

/* Puts ROOT behind what it needs. Without recursion: a chain of libraries may be long. */
static unsigned visit(struct module *root, bool fini, struct frame *stack, struct module **sorted, unsigned count)
{
	unsigned depth = 0;

	for (struct module *m = root; m || depth;) {
		if (m && !m->sorted) {
			m->sorted = true;
			stack[depth++] = (struct frame){ m, 0 };
		} else if (!depth) {
			break;
		}
		struct frame *top = &stack[depth - 1];
		while ((m = needed(top->m, top->next, fini)) && m->sorted)
			top->next++;
		if (!m)
			sorted[count++] = stack[--depth].m;
	}
	return count;
}

/*
 * glibc's order (elf/dl-sort-maps.c, the depth-first algorithm): what comes last in LIST is first, but for what it
 * needs. All is sorted before anything runs, as constructors may load more. The caller frees it.
 */
static struct module **sort(struct module *const *list, unsigned count, bool fini, unsigned *n)
{
	unsigned room = count + 1;

	for (struct module *m = modules; m; m = m->next) {
		m->sorted = false;
		room++;
	}
	kernel_module.sorted = true;
	struct module **sorted = loader_alloc(room * sizeof(*sorted));
	struct frame *stack = loader_alloc(room * sizeof(*stack));
	if (!sorted || !stack)
		out_of_memory("while libraries start");
	for (*n = 0; count--;)
		*n = visit(list[count], fini, stack, sorted, *n);
	loader_free(stack);
	return sorted;
}

/*
 * IFUNC resolvers are code of the library that defines the symbol and read its variables, so it is relocated before
 * who is bound to it (glibc elf/rtld.c, dl_main: l_initfini backwards). COPY takes values that are relocated, too.
 */
/* elf/through.c */
OPTIONAL void through_kernel(void) {}

bool relocate_scope(const struct scope *s)
{
	unsigned n;
	struct module **sorted = sort(s->list, s->count, false, &n);
	bool ok = true;

	through_kernel();
	for (unsigned i = 0; i < n && ok; i++)
		ok = relocate(sorted[i]);
	loader_free(sorted);
	return ok;
}

/* DF_1_INITFIRST: the last such library goes before all. */
static struct module *first(const struct scope *s)
{
	struct module *m = NULL;

	for (unsigned i = 0; i < s->count; i++)
		if (s->list[i]->flags1 & DF_1_INITFIRST)
			m = s->list[i];
	return m;
}

void init_scope(const struct scope *s)
{
	unsigned n;
	struct module **sorted = sort(s->list, s->count, false, &n), *early = first(s);

	if (early)
		init_run(early);
	for (unsigned i = 0; i < n; i++)
		if (!sorted[i]->is_main)	/* the program's own run later, uk_run_main_init */
			init_run(sorted[i]);
	loader_free(sorted);
}

void fini_marked(unsigned mark)
{
	unsigned n = 0;
	struct module **all;

	for (struct module *m = modules; m; m = m->next)
		n++;
	if (!(all = loader_alloc(n * sizeof(*all))))
		out_of_memory("while libraries start");
	n = 0;
	for (struct module *m = modules; m; m = m->next)
		all[n++] = m;
	struct module **sorted = sort(all, n, true, &n);
	while (n--)
		if (!mark || sorted[n]->mark == mark)
			fini_run(sorted[n]);
	loader_free(sorted);
	loader_free(all);
}
