/* Areas that malloc() gave back. Their translations may live on in the CPUs
 * until the next flush, which costs more than the rest of munmap() together;
 * so until then neither their addresses nor their pages are used again. Memory
 * that a program unmaps itself is not treated so: it must fault at once. */
#include "kernel.h"

#define STALE_AREAS	32
#define STALE_SHARE	32	/* of all memory at most one part in so many */

int vm_forget(u64 addr, u64 end);
void vm_search_from(u64 end);

static struct { u64 start, end; } areas[STALE_AREAS];
static unsigned area_count;
static u32 pages;		/* list of page numbers, through struct page */
static unsigned page_count;

/* After a flush, whoever asked for it. */
void vm_flushed(void)
{
	u32 n = pages;

	while (n) {
		void *p = phys_to_virt((u64)n << PAGE_SHIFT);
		n = page_of(p)->next;
		page_put(p);
	}
	for (unsigned i = 0; i < area_count; i++)
		vm_search_from(areas[i].end);
	pages = page_count = area_count = 0;
}

bool vm_stale(u64 start, u64 end)
{
	for (unsigned i = 0; i < area_count; i++)
		if (areas[i].start < end && areas[i].end > start)
			return true;
	return false;
}

/* Only single pages of its own: nothing huge, nothing shared. */
static bool simple(u64 addr, u64 end)
{
	int level;

	for (u64 a = addr; a < end; a += PAGE_SIZE) {
		u64 *pte = pte_find(a, false, &level);
		if (pte && *pte && (level != 1 || page_refs(phys_to_virt(*pte & PTE_ADDR)) != 1))
			return false;
	}
	return true;
}

static void make_stale(u64 addr, u64 end)
{
	int level;

	for (u64 a = addr; a < end; a += PAGE_SIZE) {
		u64 *pte = pte_find(a, false, &level);
		if (!pte || !*pte)
			continue;
		void *p = phys_to_virt(*pte & PTE_ADDR);
		page_of(p)->next = pages;
		pages = virt_to_phys(p) >> PAGE_SHIFT;
		page_count++;
		*pte = 0;
	}
	areas[area_count].start = addr;
	areas[area_count++].end = end;
}

long vm_unmap_later(u64 addr, u64 len)
{
	u64 end = addr + align_up(len, (u64)PAGE_SIZE);
	struct vma *v = vma_find(addr);

	if (addr & (PAGE_SIZE - 1) || end <= addr || !v || v->file || v->end < end || area_count == STALE_AREAS ||
	    page_count + (end - addr) / PAGE_SIZE > mem_total_pages / STALE_SHARE || !simple(addr, end) || vm_forget(addr, end))
		return vm_unmap(addr, len);
	make_stale(addr, end);
	return 0;
}
