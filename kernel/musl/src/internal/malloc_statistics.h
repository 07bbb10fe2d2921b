/* Counts of the heap, in bytes: kernel/musl/src/malloc/statistics.c. */
#ifndef MALLOC_STATISTICS_H
#define MALLOC_STATISTICS_H

#include <stddef.h>
#include <features.h>

struct malloc_statistics {
	size_t groups, used;		/* of allocations that share mappings: all of these, and what is allocated of them */
	size_t free_slots;
	size_t mapped, mappings;	/* of allocations that are mappings of their own */
};

hidden void uk_malloc_statistics(struct malloc_statistics *s);
hidden int uk_malloc_give_back(void);

#endif
