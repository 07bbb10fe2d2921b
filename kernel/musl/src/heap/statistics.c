/* Counts of the larger allocator, as malloc/statistics.c has them of the smaller one. */
#include "heap.h"
#include "malloc_statistics.h"

const char uk_fast_statistics[1];	/* the builder asks for it, where it asks for the allocator */

/* Its heap's thread may go on meanwhile: a page may be counted as it was or as it is. */
static void count(struct segment *s, void *arg)
{
	struct malloc_statistics *c = arg;

	c->groups += (size_t)__builtin_popcountl(s->busy | s->dirty) * SLICE;
	for (int i = 1; i < SLICES; i++) {
		struct page *p = &s->pages[i];
		if (!(s->busy >> i & 1) || s->head[i] != i)
			continue;
		uint32_t used = p->used;
		c->used += (size_t)used * p->size;
		c->free_slots += p->fresh > used ? p->fresh - used : 0;
	}
}

void uk_malloc_statistics(struct malloc_statistics *c)
{
	*c = (struct malloc_statistics){ .mapped = uk_huge_bytes, .mappings = uk_huge_count };
	uk_each_segment(count, c);
}

int uk_malloc_give_back(void)
{
	struct heap *h = heap_mine();

	return uk_huge_give_back() | (h ? uk_heap_give_back(h) : 0);
}
