/* A file's changes go back to where the file is: from now on a store to any mapping faults first, and so is heard of. */
#include "kernel.h"

static bool clean(const struct vma *v)
{
	bool any = false;
	u64 a = v->start, *pte;
	int level;

	for (; (pte = pte_next(&a, v->end, &level)); a += PAGE_SIZE)
		if (*pte & PTE_W) {
			__atomic_fetch_and(pte, ~(PTE_W | PTE_OWNED), __ATOMIC_RELAXED);	/* PTE_A may come meanwhile */
			any = true;
		}
	return any;
}

void vm_file_clean(const struct vnode *file)
{
	bool flush = false;

	for (unsigned i = 0; i < vma_count; i++)
		if (vmas[i]->file == file && vmas[i]->flags & MAP_SHARED)
			flush |= clean(vmas[i]);
	if (flush)
		tlb_flush();
}
