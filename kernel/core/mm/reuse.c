/* Areas that malloc() gave back. To unmap one costs a flush, and to map the
 * next a fault for each of its pages: far more than to fill it with zeroes. So
 * some are kept as they are for the next request of the same length. Memory
 * that a program unmaps itself is not kept: it must fault at once. */
#include "kernel.h"

#define AREAS		64
#define SHARE		16		/* of all memory at most one part in so many */
#define SOON_USED	0x100000	/* larger areas may be meant to stay mostly empty */

static struct { u64 start, len; } areas[AREAS];
static unsigned count;
static u64 kept;		/* bytes */

static bool plenty(void)
{
	return mem_free_pages > (mem_total_pages - mem_lent_pages) / 2;
}

static void drop_all(void)
{
	vm_unmap_begin();
	while (count--)
		vm_unmap(areas[count].start, areas[count].len);
	vm_unmap_end();
	count = 0;
	kept = 0;
}

long vm_keep(u64 addr, u64 len)
{
	struct vma *v = vma_find(addr);

	len = align_up(len, (u64)PAGE_SIZE);
	if (addr & (PAGE_SIZE - 1) || !v || v->file || v->prot != (PROT_READ | PROT_WRITE) || v->end - addr < len ||
	    !plenty() || len > mem_total_pages * PAGE_SIZE / SHARE)
		return vm_unmap(addr, len);
	if (count == AREAS || kept + len > mem_total_pages * PAGE_SIZE / SHARE)
		drop_all();
	areas[count].start = addr;
	areas[count++].len = len;
	kept += len;
	return 0;
}

static u64 reuse(u64 len)
{
	for (unsigned i = count; i-- > 0;) {
		u64 start = areas[i].start;
		if (areas[i].len != len)
			continue;
		areas[i] = areas[--count];
		kept -= len;
		if (!vm_populate(start, len, true)) {
			vm_unmap(start, len);
			return 0;
		}
		memset((void *)start, 0, len);
		return start;
	}
	return 0;
}

/* Small writable areas are an allocator's, about to be filled: faults, one
 * after the other, would cost far more than their pages. */
long vm_map_filled(u64 len, int prot, int flags)
{
	len = align_up(len, (u64)PAGE_SIZE);
	if (!len || len > SOON_USED || prot != (PROT_READ | PROT_WRITE) || flags != (MAP_PRIVATE | MAP_ANONYMOUS) || !plenty())
		return 0;
	long r = reuse(len);
	if (!r && (r = vm_map(0, len, prot, flags, NULL, 0)) > 0)
		vm_populate(r, len, true);
	return r;
}
