/* What only the module of /proc and /sys has: its nodes (kit/kit.mk lists the sources) stand in a table of its own, which
 * follows the kernel's. */
#include "kernel.h"
#include "proc_more.h"
#include "../procfs.h"

extern const struct procnode module_procnodes[], module_procnodes_end[];	/* kit/module.ld */

/* Sorts before all others, which so are below /proc until a group says something else. */
const struct procnode procnode_top GATHERED(".procnode.") = { "/proc/" };

const struct procnode *proc_more(const struct procnode **end)
{
	KEEP(few_nodes);
	*end = module_procnodes_end;
	return module_procnodes;
}
IMPLEMENT(proc_more);
