/* Memory is short: pages of files that are mapped, and can be read again, leave the page tables, so that the page cache
 * may drop them. What a program wrote to stays, and so do files in memory. */
#include "balloon.h"
#include "kernel.h"
#include "vfs.h"

#define AT_LEAST	512	/* pages a round, as each costs a flush */
#define IN_USE		64	/* pages that code is left with, whatever else wants memory */
#define INSTRUCTION	16	/* more than one instruction needs: code, and both sides of a copy, each across a border */

const char vm_unmap_clean_anchor[1];

/* Of a file that can lose holes its pages are all there is. Code and what is small, which is in use all the time, stay
 * until nothing else is left: EVERY. */
static bool reads_again(const struct vma *v, bool every)
{
	return v->file && !(v->file->ops->run && v->file->ops->truncate) && !(v->flags & MAP_LOCKED) &&
		(every || (!(v->prot & PROT_EXEC) && v->end - v->start >= AT_LEAST * PAGE_SIZE));
}

/* From *AT on in V. Returns how many pages there are, or were with TAKE. */
static u64 clean_from(const struct vma *v, u64 *at, u64 most, bool take)
{
	u64 n = 0;
	int level;
	u64 *pte;

	while (n < most && (pte = pte_next(at, v->end, &level))) {
		if (level == 1 && *pte && !(*pte & PTE_OWNED) && !page_of_image(pte_page(*pte))) {
			if (take) {
				pte_put(*pte);
				*pte = 0;
			}
			n++;
		}
		*at += level == 1 ? PAGE_SIZE : HUGE_SIZE;
	}
	return n;
}

static u64 count_all(void)
{
	u64 n = 0, at;

	for (unsigned i = 0; i < vma_count; i++) {
		at = vmas[i]->start;
		if (reads_again(vmas[i], true))
			n += clean_from(vmas[i], &at, ~0UL, false);
	}
	return n;
}

/* Goes on where it stopped, once around. */
static u64 unmap_round(u64 pages, bool every)
{
	static u64 at;
	u64 start = at, n = 0;
	bool again = false;

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
		if (reads_again(v, every))
			n += clean_from(v, &at, pages - n, true);
		else
			at = v->end;
	}
	return n;
}

static u64 left = IN_USE;

/* Returns how many it took out; their users fault. */
u64 vm_unmap_clean(u64 pages)
{
	u64 n, all;

	pages = max(pages, (u64)AT_LEAST);
	n = unmap_round(pages, false);
	if (!n && (all = count_all()) > left)
		n = unmap_round(min(pages, all - left), true);
	vm_starved(n);
	if (n)	/* nobody takes what was freed before the lock is given back */
		tlb_flush();
	return n;
}

/* Hardly more is left than one instruction may need. A page of code takes the place of others then. */
bool vm_tight(void)
{
	static bool tight;

	if (mem_free_pages >= 2 * mem_kept_pages)
		return tight = false;
	if (!tight && !pagecache_reclaim(4 * mem_kept_pages))
		balloon_take_back(4 * mem_kept_pages);
	if (!mem_free_pages) {
		left = INSTRUCTION;
		pagecache_reclaim(INSTRUCTION);
		left = IN_USE;
	}
	return tight = mem_free_pages < 2 * mem_kept_pages;
}
