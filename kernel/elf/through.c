/*
 * Lets the program reach functions of libc through others that know of exceptions: kernel/glue/unwind has both kinds, and
 * says why. The kernel's symbol table is copied, with other addresses in it, before anything is bound to it. The builder
 * selects this, by exec_through, for images that bring an unwinder.
 */
#include "dynlink.h"

const char exec_through[1];

#define THROUGH(name) { #name, uk_through_##name }
#define DECLARE(name) void uk_through_##name(void)

DECLARE(qsort);
DECLARE(qsort_r);
DECLARE(bsearch);
DECLARE(pthread_once);

static const struct {
	const char *name;
	void (*fn)(void);
} calling_back[] = { THROUGH(qsort), THROUGH(qsort_r), THROUGH(bsearch), THROUGH(pthread_once), { "__pthread_once", uk_through_pthread_once } };

static u64 through(const char *name, u64 a)
{
	for (unsigned i = 0; i < sizeof(calling_back) / sizeof(*calling_back); i++)
		if (!strcmp(name, calling_back[i].name))
			return (u64)calling_back[i].fn;
	return a;
}

/* unwind/cancelled.c in kernel/glue, with pthread_cancel() */
OPTIONAL u64 uk_point_to(u64 a) { return a; }

void through_kernel(void)
{
	struct module *m = &kernel_module;
	u32 count = symbol_count(m);
	struct elf_sym *table;
	static bool done;

	if (done || !(table = loader_alloc(count * sizeof(*table))))
		return;
	done = true;
	memcpy(table, m->symtab, count * sizeof(*table));
	for (u32 i = 0; i < count; i++) {
		struct elf_sym *s = &table[i];

		if (SYM_TYPE(s) == STT_FUNC && s->shndx != SHN_UNDEF && s->value)
			s->value = uk_point_to(through(module_string(m, s->name), s->value + m->bias)) - m->bias;
	}
	m->symtab = table;
	m->sym_count = count;
}
