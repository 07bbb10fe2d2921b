/* What libc asks before it calls a function that a program may replace (kernel/musl/src/malloc/replaceable.c). */
#include "dynlink.h"

/* Sets *TO to what a call of NAME from a library reaches, unless that is the kernel's own. False while the
 * program and its libraries are not loaded, when the answer does not hold for good. */
int uk_replacement(const char *name, u64 *to)
{
	struct query q;
	struct found f = { 0 };
	bool loaded;

	query_init(&q, name);
	q.plt = true;
	loader_lock();
	loaded = global_scope.count != 0;
	if (lookup_scope(&global_scope, &q, &f) && !f.m->is_kernel)
		*to = found_address(&f);
	loader_unlock();
	return loaded;
}
