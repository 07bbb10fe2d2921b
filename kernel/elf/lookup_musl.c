/* Names as programs that were built against musl mean them. The image builder selects this file by exec_musl
 * for such a program, and load_file.c does. */
#include "dynlink.h"

const char exec_musl[1];

/* Where musl's and glibc's contracts for a name differ, the kernel has the function
 * that musl programs expect as __musl_NAME (kernel/musl/redefine.txt). */
void search_for_musl(const struct module *m, const struct query *q, struct match *result)
{
	static const char prefix[] = "__musl_";
	char name[64];
	size_t n = strlen(q->name);

	if (n + sizeof(prefix) > sizeof(name))
		return;
	memcpy(name, prefix, sizeof(prefix) - 1);
	memcpy(name + sizeof(prefix) - 1, q->name, n + 1);
	struct query renamed;
	query_init(&renamed, name);
	search_gnu(m, &renamed, result);
}
