/*
 * The larger allocator, for programs that import malloc(): each thread has a heap that it takes blocks from without a lock.
 *
 *	segment   4 MB at a multiple of 4 MB, of one heap: a header and 63 slices of 64 KB
 *	page      some slices side by side, cut into blocks of one size; a large block is a page by itself
 *	huge      what no segment holds: a mapping with a header of its own
 *
 * A block's address gives its segment, that its page, by arithmetic alone, so blocks have no header. Free blocks of a page
 * are a list through themselves. Another thread hands a block that it frees to the heap it is from, in a list that it
 * needs no lock for, and the owner takes it back when a page of it has run out. A thread that ends leaves its heap to the
 * next that starts.
 *
 * The idea of pages with lists of their own is from Leijen, Zorn, de Moura: "Mimalloc: Free List Sharding in Action" (2019).
 */
#ifndef HEAP_H
#define HEAP_H

#include <features.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SEGMENT = 4 << 20,
	SLICE = 64 << 10,
	SLICES = SEGMENT / SLICE,
	SMALL_PAGE = 8 << 10,		/* the largest block of a page of one slice */
	MEDIUM_SLICES = 8,		/* of pages with larger ones */
	MOST_BLOCK = 128 << 10,		/* the largest block that shares a page */
	MOST_LARGE = SEGMENT / 2,	/* the largest that lies in a segment */
	FINE = 1040,			/* up to this size blocks have any multiple of 16 bytes */
	CLASSES = FINE / 16 + 28,
	MOST_KEPT = 8 << 20,		/* bytes of free slices that a heap does not give back, and of huge blocks */
	HEADER = 4096,			/* of a huge block */
};

struct block {
	struct block *next;
	uintptr_t key;			/* of a free block: uk_heap_key, by which a second free is found */
};

struct page {
	struct block *free;
	uint32_t used;			/* blocks that the program has */
	uint32_t fresh;			/* blocks that were never given out, at the end, are from here on */
	uint32_t capacity;
	uint32_t size;			/* of a block */
	uint8_t class, slices;		/* class 0: a large block */
	uint8_t full;			/* out of its heap's list */
	uint8_t zero;			/* a large block that nobody has written to yet */
	struct page *next, *prev;
};

struct segment {
	struct heap *heap;		/* HUGE: a huge block */
	uintptr_t magic;
	union {
		struct {
			struct segment *next, *prev;
			struct segment *all_next, *all_prev;	/* of all heaps, for statistics.c */
			uint64_t busy, dirty;	/* a bit for each slice; dirty: a program may have written to it */
			uint8_t head[SLICES];	/* first slice of the page that a slice is of */
			struct page pages[SLICES];
			uint32_t usable[SLICES][SLICES];	/* for each block of a page of few */
		};
		struct {
			size_t mapped, size;	/* of the whole mapping; that the block has */
			size_t asked;
			struct segment *kept;	/* next of those kept for another time */
			char *block;
			int zero;
		};
	};
};
_Static_assert(sizeof(struct segment) <= SLICE, "the first slice is the header");

#define HUGE ((struct heap *)1)

struct heap {
	struct page *direct[FINE / 16 + 1];	/* where to take blocks of a multiple of 16 bytes from */
	struct page *pages[CLASSES];
	struct segment *segments, *empty;	/* empty: one that has no page, kept */
	struct block *foreign;			/* freed by others */
	struct heap *idle;			/* next of those without a thread */
	int unowned;				/* it has none: who frees takes what is freed back for it */
	size_t kept;				/* bytes of dirty slices without a page */
};

extern hidden uintptr_t uk_heap_key;

/* Bytes that are kept for another time: few where memory is short. */
extern hidden unsigned long mem_total_pages, mem_free_pages;	/* kernel/core/mm/page.c */
static inline int may_keep(size_t n)
{
	return n <= MOST_KEPT && n / 4096 <= mem_total_pages / 16 && mem_free_pages > mem_total_pages / 2;
}

/* In the thread's structure, in the place that x86's 32-bit forms have for their way into the kernel. */
static inline struct heap *heap_mine(void)
{
	struct heap *h;

	__asm__ volatile("mov %%fs:32, %0" : "=r"(h));
	return h;
}

static inline void heap_set_mine(struct heap *h)
{
	__asm__ volatile("mov %0, %%fs:32" :: "r"(h));
}

/* heap.c */
hidden void *uk_heap_of_class(struct heap *h, int class, size_t n);
hidden struct heap *uk_heap_take(void);
hidden _Noreturn void uk_heap_bad(const char *what);
/* segment.c. page_new: with blocks of SIZE, or NULL. */
hidden struct page *uk_page_new(struct heap *h, int slices, size_t size, int class);
hidden void uk_page_release(struct heap *h, struct page *p);
hidden int uk_page_grow(struct page *p, size_t n);
/* Holds a lock while F sees each segment. */
hidden void uk_each_segment(void (*f)(struct segment *, void *), void *arg);
hidden int uk_heap_give_back(struct heap *h);
/* huge.c */
extern hidden size_t uk_huge_count, uk_huge_bytes;	/* of those that the program has */
hidden int uk_huge_give_back(void);
hidden void *uk_map(uintptr_t hint, size_t n);
hidden void *uk_map_aligned(size_t n);
hidden void uk_unmap(void *at, size_t n);
hidden void *uk_huge_alloc(size_t n, size_t align);
hidden void uk_huge_free(struct segment *s);
hidden void *uk_huge_realloc(struct segment *s, size_t n);

/* The segment of a block or a page: neither is where it begins, and an aligned block may be where it ends. */
static inline struct segment *segment_of(const void *p)
{
	return (struct segment *)(((uintptr_t)p - 1) & -(uintptr_t)SEGMENT);
}

static inline uintptr_t magic_of(const struct segment *s)
{
	return (uintptr_t)s ^ uk_heap_key;
}

static inline struct page *page_of(struct segment *s, const void *p)
{
	return &s->pages[s->head[((uintptr_t)p - (uintptr_t)s) / SLICE]];
}

static inline char *area_of(struct page *p)
{
	struct segment *s = segment_of(p);

	return (char *)s + (p - s->pages) * SLICE;
}

/*
 * Steps of 16 bytes up to FINE, where a block has the size of one of glibc's with its header of 8, so that malloc_usable_size()
 * says the same; then four sizes to each power of two.
 */
static inline int class_of(size_t n)
{
	int k;

	if (n <= FINE - 8)
		return n <= 24 ? 1 : (n + 23) / 16 - 1;
	k = 63 - __builtin_clzl(n - 1);
	return FINE / 16 + (k - 10) * 4 + ((n - 1) >> (k - 2)) - 4;
}

static inline size_t size_of(int class)
{
	return class < FINE / 16 ? (class + 1) * 16 : (size_t)(5 + (class - FINE / 16) % 4) << (8 + (class - FINE / 16) / 4);
}

/* What malloc_usable_size() tells of a larger one: what glibc's says, if there is room for that. */
static inline uint32_t *usable_at(struct page *p, const void *block)
{
	struct segment *s = segment_of(p);

	return &s->usable[p - s->pages][((const char *)block - area_of(p)) / p->size];
}

static inline size_t usable(size_t n, size_t room)
{
	size_t u = n < MOST_BLOCK ? ((n + 23) & -(size_t)16) - 8 : ((n + 16 + 4095) & -(size_t)4096) - 16;

	return u < room ? u : room;
}

#endif
