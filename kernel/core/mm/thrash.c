/* A program whose code has no room in memory reads the same pages again and again, and hardly gets on. Linux would let
 * it do so for as long as it likes; here it ends as out of memory. */
#include "kernel.h"

#define WINDOW		5000000000L
#define TIMES		4	/* that memory was emptied in a window; below, it is a start, or another part of the program */

static u64 evicted;		/* in this window; nothing is counted as long as that is 0 */
static ns_t start, waited, since;
static unsigned waiting;	/* threads */

void vm_starved(u64 pages)
{
	if (!evicted)	/* a window begins */
		start = now_monotonic();
	evicted += pages;
}

/* One of the program itself, or of its libraries. */
static bool has_code(const struct vnode *file)
{
	for (unsigned i = 0; i < vma_count; i++)
		if (vmas[i]->file == file && vmas[i]->prot & PROT_EXEC)
			return true;
	return false;
}

bool vm_wait_begin(const struct vnode *file)
{
	if (!evicted || !has_code(file))
		return false;
	if (!waiting++)
		since = now_monotonic();
	return true;
}

/* A window that went mostly with bringing code in, memory emptied over and over, was no progress. */
void vm_wait_end(void)
{
	if (--waiting || !evicted)
		return;
	ns_t now = now_monotonic(), window = now - start;
	waited += now - max(since, start);
	if (window < WINDOW)
		return;
	if (evicted > TIMES * mem_total_pages && waited > window / 2)
		out_of_memory("for the program's code, which is read again and again");
	evicted = 0;
	waited = 0;
}
