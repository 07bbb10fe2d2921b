/*
 * What mallinfo2() and malloc_trim() of glibc's programs (kernel/glue/mem/malloc.c) want to know of mallocng's heap: groups of slots of one size,
 * which are mapped, or lie in a slot of a larger group, and allocations that are a mapping of their own.
 */
#define _GNU_SOURCE
#include "../malloc/mallocng/meta.h"
#include "malloc_statistics.h"

/* Weak: heap/statistics.c has these for the larger allocator. */

static int free_slots(const struct meta *g)
{
	return __builtin_popcount(g->avail_mask | g->freed_mask);
}

/* Groups that are used, or all that may be: a meta that is not has no memory. */
static void each_group(void (*f)(struct meta *, void *), void *arg)
{
	for (struct meta_area *a = ctx.meta_area_head; a; a = a->next)
		for (int i = 0; i < a->nslots; i++)
			if (a->slots[i].mem)
				f(&a->slots[i], arg);
}

static void count(struct meta *g, void *arg)
{
	struct malloc_statistics *s = arg;
	size_t stride = get_stride(g);

	if (g->sizeclass >= 48) {
		s->mappings++;
		s->mapped += g->maplen * 4096UL;
		return;
	}
	int unused = free_slots(g);
	s->free_slots += unused;
	s->used += stride * (g->last_idx + 1 - unused);
	if (g->maplen)
		s->groups += g->maplen * 4096UL;
	else	/* its own slot is not used by anybody else */
		s->used -= get_stride(get_meta((void *)g->mem));
}

weak void uk_malloc_statistics(struct malloc_statistics *s)
{
	*s = (struct malloc_statistics){ 0 };
	rdlock();
	each_group(count, s);
	unlock();
}

/* As free() does with large slots, but at once, so that it shows. */
static void give_back(struct meta *g, void *arg)
{
	size_t stride = get_stride(g);
	unsigned unused = g->avail_mask | g->freed_mask;

	if (g->sizeclass >= 48)
		return;
	for (int i = 0; i <= g->last_idx; i++) {
		unsigned char *start = g->mem->storage + stride * i, *end = start + stride - IB, *page = start + (-(uintptr_t)start & (PGSZ - 1));
		if (unused >> i & 1 && page < end && ((end - page) & -PGSZ) && !madvise(page, (end - page) & -PGSZ, MADV_DONTNEED))
			*(int *)arg = 1;
	}
}

/* Slots of groups that lie in a slot are too small to hold a page. */
weak int uk_malloc_give_back(void)
{
	int any = 0, e = errno;

	wrlock();
	each_group(give_back, &any);
	unlock();
	errno = e;
	return any;
}
