/* Memory is short: pages of files that are mapped, and can be read again, leave the page tables, so that the page cache
 * may drop them. What a program wrote to stays, and so do files in memory. */
#include "kernel.h"
#include "vfs.h"

#define AT_LEAST	512	/* pages a round, as each costs a flush */

const char vm_unmap_clean_anchor[1];

/* Files in memory are those that know of holes: their pages are nowhere else. Code and what is small stay: they are in
 * use all the time, and to read them again for each page that somebody wants is no way to go on. */
static bool reads_again(const struct vma *v)
{
	return v->file && !v->file->ops->hole && !(v->flags & MAP_LOCKED) && !(v->prot & PROT_EXEC) &&
		v->end - v->start >= AT_LEAST * PAGE_SIZE;
}

/* From *AT on in V. */
static u64 unmap_from(const struct vma *v, u64 *at, u64 most)
{
	u64 n = 0;
	int level;
	u64 *pte;

	while (n < most && (pte = pte_next(at, v->end, &level))) {
		if (level == 1 && *pte && !(*pte & PTE_OWNED)) {
			page_put(phys_to_virt(*pte & PTE_ADDR));
			*pte = 0;
			n++;
		}
		*at += level == 1 ? PAGE_SIZE : HUGE_SIZE;
	}
	return n;
}

/* Goes on where it stopped, once around. Returns how many it took out; their users fault. */
u64 vm_unmap_clean(u64 pages)
{
	static u64 at;
	u64 start = at, n = 0;
	bool again = false;

	pages = max(pages, (u64)AT_LEAST);
	while (n < pages) {
		struct vma *v = vma_next(at);
		if (!v || (again && at > start)) {
			if (again)
				break;
			again = true;
			at = 0;
			continue;
		}
		at = max(at, v->start);
		if (reads_again(v))
			n += unmap_from(v, &at, pages - n);
		else
			at = v->end;
	}
	if (n)	/* nobody takes what was freed before the lock is given back */
		tlb_flush();
	return n;
}
