/* A file loses pages, as truncation and holes have it: so does every mapping
 * of it. There is one address space, so its areas are the reverse map. */
#include "kernel.h"

/* Returns whether any was present. */
static bool drop_from(const struct vma *v, u64 first, u64 end, bool copies)
{
	u64 index = v->offset >> PAGE_SHIFT, pages = (v->end - v->start) >> PAGE_SHIFT;
	u64 from = first > index ? first - index : 0, to = end > index ? min(end - index, pages) : 0;
	bool any = false;

	for (u64 a = v->start + (from << PAGE_SHIFT); from < to; from++, a += PAGE_SIZE) {
		int level;
		u64 *pte = pte_find(a, false, &level);
		if (!pte) {	/* no table: on to the next one */
			u64 skip = (align_down(a, (u64)HUGE_SIZE) + HUGE_SIZE - a) / PAGE_SIZE - 1;
			from += skip;
			a += skip * PAGE_SIZE;
			continue;
		}
		if (!*pte || (!copies && !(v->flags & MAP_SHARED) && *pte & PTE_OWNED))
			continue;
		page_put(phys_to_virt(*pte & PTE_ADDR));
		*pte = 0;
		any = true;
	}
	return any;
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
