/* malloc() and free(): blocks of pages that the thread's own heap has. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "heap.h"
#include "libc.h"
#include "lock.h"
#include "pthread_impl.h"

const char uk_fast_malloc[1];

uintptr_t uk_heap_key;
_Static_assert(offsetof(struct pthread, sysinfo) == 32, "heap_mine()");
static struct heap first, *idle;
static int first_taken;
static volatile int lock[1];
enum { HEAPS = 16 };	/* are mapped at a time */

/* What glibc says, and how it ends. */
_Noreturn void uk_heap_bad(const char *what)
{
	write(2, what, strlen(what));
	abort();
}

static uintptr_t random_key(void)
{
	uintptr_t key = (uintptr_t)&key * 0x9e3779b97f4a7c15u;

	for (size_t i = 0; libc.auxv && libc.auxv[i]; i += 2)
		if (libc.auxv[i] == 25)	/* AT_RANDOM, whose first half is the canary */
			memcpy(&key, (char *)libc.auxv[i + 1] + 8, sizeof key);
	return key | 1;
}

/* A heap for this thread: an idle one, if there is any. */
struct heap *uk_heap_take(void)
{
	struct heap *h;

	LOCK(lock);
	if (!uk_heap_key)
		uk_heap_key = random_key();
	h = idle;
	if (h) {
		idle = h->idle;
		h->unowned = 0;
	} else if (!first_taken) {
		first_taken = 1;
		h = &first;
	} else if ((h = uk_map(0, HEAPS * sizeof *h))) {
		for (int i = 1; i < HEAPS; i++)
			h[i].idle = idle, idle = &h[i];
	}
	UNLOCK(lock);
	heap_set_mine(h);
	return h;
}

/* Where blocks of a class's sizes come from at once: P, or nowhere. */
static void aim(struct heap *h, int class, struct page *p)
{
	if (class < FINE / 16)
		h->direct[class + 1] = p;
	if (class == 1)
		h->direct[1] = p;
}

static void unlink_page(struct heap *h, struct page *p)
{
	if (p->next)
		p->next->prev = p->prev;
	if (p->prev)
		p->prev->next = p->next;
	else
		h->pages[p->class] = p->next;
}

static void push_page(struct heap *h, struct page *p)
{
	struct page *head = h->pages[p->class];

	p->next = head, p->prev = 0;
	if (head)
		head->prev = p;
	h->pages[p->class] = p;
}

/* Some more of the blocks that were never given out become free ones: a few at a time, as memory costs when it is touched. */
static void extend(struct page *p)
{
	size_t n = p->capacity - p->fresh, some = 4096 / p->size;
	char *at = area_of(p) + (size_t)p->fresh * p->size;

	if (some < 1)
		some = 1;
	if (n > some)
		n = some;
	p->fresh += n;
	p->free = (struct block *)at;
	for (; --n; at += p->size)
		((struct block *)at)->next = (struct block *)(at + p->size), ((struct block *)at)->key = uk_heap_key;
	((struct block *)at)->next = 0, ((struct block *)at)->key = uk_heap_key;
}

/* A block came back to a page that had none left, or that has all now. */
static void changed(struct heap *h, struct page *p)
{
	if (p->full) {
		p->full = 0;
		push_page(h, p);
		aim(h, p->class, p);
	}
	if (!p->used && (p->next || p->prev)) {	/* the last page of its kind stays: it will be wanted */
		unlink_page(h, p);
		if (p->class < FINE / 16 && h->direct[p->class + 1] == p)
			aim(h, p->class, 0);
		uk_page_release(h, p);
	}
}

static inline void free_own(struct heap *h, struct page *p, struct block *b)
{
	if (!p->used)
		uk_heap_bad("double free or corruption (!prev)\n");
	if (!p->class) {
		p->used = 0;
		uk_page_release(h, p);
		return;
	}
	if (b->key == uk_heap_key)
		for (struct block *f = p->free; f; f = f->next)
			if (f == b)
				uk_heap_bad("free(): double free detected in tcache 2\n");
	b->next = p->free;
	b->key = uk_heap_key;
	p->free = b;
	if (!--p->used | p->full)
		changed(h, p);
}

/* What other threads freed. */
static void collect(struct heap *h)
{
	struct block *b, *next;

	if (!__atomic_load_n(&h->foreign, __ATOMIC_RELAXED))
		return;
	for (b = __atomic_exchange_n(&h->foreign, 0, __ATOMIC_SEQ_CST); b; b = next) {
		next = b->next;
		b->key = 0;
		free_own(h, page_of(segment_of(b), b), b);
	}
}

static inline void *take(struct page *p)
{
	struct block *b = p->free;

	p->free = b->next;
	p->used++;
	b->key = 0;
	return b;
}

static void *of_class(struct heap *h, int class)
{
	struct page *p;
	size_t size = size_of(class);

	for (int again = 0; ; again++) {
		while ((p = h->pages[class])) {
			if (!p->free && p->fresh < p->capacity)
				extend(p);
			if (p->free) {
				aim(h, p->class, p);
				return take(p);
			}
			unlink_page(h, p);
			p->full = 1;
		}
		if (again)
			break;
		collect(h);
	}
	p = uk_page_new(h, size <= SMALL_PAGE ? 1 : MEDIUM_SLICES, size, class);
	if (!p) {
		errno = ENOMEM;
		return 0;
	}
	push_page(h, p);
	extend(p);
	aim(h, p->class, p);
	return take(p);
}

void *uk_heap_of_class(struct heap *h, int class, size_t n)
{
	void *b = of_class(h, class);

	if (b && class >= FINE / 16)
		*usable_at(page_of(segment_of(b), b), b) = usable(n, size_of(class));
	return b;
}

static void *large(struct heap *h, size_t n)
{
	struct page *p = uk_page_new(h, (n + SLICE - 1) / SLICE, (n + SLICE - 1) / SLICE * SLICE, 0);

	if (!p) {
		collect(h);
		errno = ENOMEM;
		return 0;
	}
	p->used = 1;
	*usable_at(p, area_of(p)) = usable(n, p->size);
	return area_of(p);
}

static __attribute__((noinline)) void *slow(size_t n)
{
	struct heap *h = heap_mine();

	/* Whoever has this has realloc.c: nothing of both allocators may be mixed. */
	__asm__ volatile(".reloc ., R_X86_64_NONE, uk_heap_rest");

	if (n > PTRDIFF_MAX) {
		errno = ENOMEM;
		return 0;
	}
	if (!h && !(h = uk_heap_take())) {
		errno = ENOMEM;
		return 0;
	}
	if (n <= MOST_BLOCK)
		return uk_heap_of_class(h, class_of(n), n);
	if (n <= MOST_LARGE) {
		collect(h);
		return large(h, n);
	}
	return uk_huge_alloc(n, 0);
}

void *__libc_malloc_impl(size_t n)
{
	struct heap *h = heap_mine();

	if (h && n <= FINE - 8) {
		struct page *p = h->direct[(n + 23) / 16];

		if (p && p->free)
			return take(p);
	}
	return slow(n);
}

static __attribute__((noinline)) void free_other(struct segment *s, struct block *b)
{
	struct heap *h = s->heap;

	if (h == HUGE) {
		uk_huge_free(s);
		return;
	}
	b->next = __atomic_load_n(&h->foreign, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&h->foreign, &b->next, b, 1, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
		;
	if (!__atomic_load_n(&h->unowned, __ATOMIC_SEQ_CST))
		return;
	LOCK(lock);
	if (h->unowned)
		collect(h);
	UNLOCK(lock);
}

/* Called when a thread ends (musl's thread/pthread_create.c). Blocks that live on stay the heap's. */
hidden void __heap_thread_exit(void)
{
	struct heap *h = heap_mine();

	if (!h)
		return;
	heap_set_mine(0);
	LOCK(lock);
	__atomic_store_n(&h->unowned, 1, __ATOMIC_SEQ_CST);
	collect(h);
	h->idle = idle;
	idle = h;
	UNLOCK(lock);
}

void __libc_free(void *p)
{
	struct segment *s = segment_of(p);
	struct heap *h = heap_mine();

	if (!p)
		return;
	if ((uintptr_t)p & 15 || s->magic != magic_of(s))
		uk_heap_bad("free(): invalid pointer\n");
	if (h && s->heap == h)
		free_own(h, page_of(s, p), p);
	else
		free_other(s, p);
}
