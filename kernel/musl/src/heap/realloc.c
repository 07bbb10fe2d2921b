/* Blocks that change their size or begin at a multiple of something, and what a block holds. */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "heap.h"

const char uk_heap_rest[1];
hidden void *__libc_malloc_impl(size_t);
hidden void __libc_free(void *);

static struct segment *checked(void *p, const char *what)
{
	struct segment *s = segment_of(p);

	if ((uintptr_t)p & 15 || s->magic != magic_of(s))
		uk_heap_bad(what);
	return s;
}

static size_t room(struct segment *s, void *p)
{
	struct page *page;

	if (s->heap == HUGE)
		return s->size;
	page = page_of(s, p);
	return page->class && page->class < FINE / 16 ? page->size - 8 : page->size;
}

size_t malloc_usable_size(void *p)
{
	struct segment *s;
	struct page *page;

	if (!p)
		return 0;
	s = checked(p, "malloc_usable_size(): invalid pointer\n");
	if (s->heap == HUGE)
		return usable(s->asked, s->size);
	page = page_of(s, p);
	return page->class && page->class < FINE / 16 ? page->size - 8 : *usable_at(page, p);
}

/* As it is, if it is large enough and not more than twice too large; huge and large blocks grow where they are. */
static void *in_place(struct segment *s, void *p, size_t have, size_t n)
{
	struct page *page;

	if (s->heap == HUGE)
		return n > MOST_LARGE ? uk_huge_realloc(s, n) : 0;
	page = page_of(s, p);
	if (n <= have) {
		if (n < have / 2)
			return 0;
		if (!page->class || page->class >= FINE / 16)
			*usable_at(page, p) = usable(n, have);
		return p;
	}
	return !page->class && s->heap == heap_mine() && n <= MOST_LARGE && uk_page_grow(page, n) ? p : 0;
}

void *__libc_realloc(void *p, size_t n)
{
	struct segment *s;
	size_t have;
	void *to;

	if (!p)
		return __libc_malloc_impl(n);
	s = checked(p, "realloc(): invalid pointer\n");
	if (!n)	/* as in glibc */
		return __libc_free(p), (void *)0;
	if (n > PTRDIFF_MAX) {
		errno = ENOMEM;
		return 0;
	}
	have = room(s, p);
	to = in_place(s, p, have, n);
	if (to)
		return to;
	to = __libc_malloc_impl(n);
	if (!to)
		return n <= have ? p : 0;
	memcpy(to, p, have < n ? have : n);
	__libc_free(p);
	return to;
}

/* Whether all of a block that was just given out is zero because nobody had it before. */
int __malloc_allzerop(void *p)
{
	struct segment *s = segment_of(p);

	return s->heap == HUGE ? s->zero : !page_of(s, p)->class && page_of(s, p)->zero;
}

/* glibc rounds an odd alignment up. Blocks of a power of two lie at multiples of it, up to a slice. */
void *aligned_alloc(size_t align, size_t n)
{
	struct heap *h = heap_mine();
	size_t size;

	if (align > SIZE_MAX / 2 + 1) {
		errno = EINVAL;
		return 0;
	}
	while (align & (align - 1))
		align += align & -align;
	if (align <= 16)
		return __libc_malloc_impl(n);
	if (n > PTRDIFF_MAX || !h && !(h = uk_heap_take())) {
		errno = ENOMEM;
		return 0;
	}
	if (align > SLICE || n > MOST_LARGE)
		return uk_huge_alloc(n, align > HEADER ? align : 0);
	if (n > MOST_BLOCK)
		return __libc_malloc_impl(n);
	size = 1ul << (64 - __builtin_clzl((n > align ? n : align) - 1));
	if (size < FINE)	/* of these 8 bytes are not told of */
		size = 1ul << (64 - __builtin_clzl((n + 8 > align ? n + 8 : align) - 1));
	return uk_heap_of_class(h, class_of(size < FINE ? size - 8 : size), n);
}
