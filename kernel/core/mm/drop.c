/* A file loses pages, as truncation and holes have it: so does every mapping
 * of it. There is one address space, so its areas are the reverse map. */
#include "kernel.h"

/* Returns whether any was used. */
static bool drop_from(const struct vma *v, u64 first, u64 end, bool copies)
{
	u64 index = v->offset >> PAGE_SHIFT, pages = (v->end - v->start) >> PAGE_SHIFT;
	u64 from = first > index ? first - index : 0, to = end > index ? min(end - index, pages) : 0;
	u64 all = 0;

	u64 a = v->start + (from << PAGE_SHIFT), last = v->start + (to << PAGE_SHIFT), *pte;
	int level;

	for (; (pte = pte_next(&a, last, &level)); a += PAGE_SIZE) {
		if (!*pte || (!copies && !(v->flags & MAP_SHARED) && *pte & PTE_OWNED))
			continue;
		u64 old = pte_change(pte, 0);
		pte_put(old);
		all |= old;
	}
	return all & PTE_A;
}

void vm_file_drop(const struct vnode *file, u64 first, u64 end, bool copies)
{
	bool flush = false;

	for (unsigned i = 0; i < vma_count; i++)
		if (vmas[i]->file == file)
			flush |= drop_from(vmas[i], first, end, copies);
	if (flush)	/* nobody takes what was freed before the lock is given back */
		tlb_flush();
}
