/* Pages of a heap's segments. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include "heap.h"
#include "lock.h"
#include "syscall.h"

enum { HEADER_SLICE = 1 };

static struct segment *all;	/* of all heaps: their owners take no lock but for a new segment, and for one that goes */
static volatile int all_lock[1];

static void all_add(struct segment *s)
{
	LOCK(all_lock);
	s->all_next = all;
	if (all)
		all->all_prev = s;
	all = s;
	UNLOCK(all_lock);
}

static void all_remove(struct segment *s)
{
	LOCK(all_lock);
	if (s->all_next)
		s->all_next->all_prev = s->all_prev;
	if (s->all_prev)
		s->all_prev->all_next = s->all_next;
	else
		all = s->all_next;
	UNLOCK(all_lock);
}

void uk_each_segment(void (*f)(struct segment *, void *), void *arg)
{
	LOCK(all_lock);
	for (struct segment *s = all; s; s = s->all_next)
		f(s, arg);
	UNLOCK(all_lock);
}

/* The first slices of N side by side that are free, or -1; those that were used before come first by their place alone. */
static int find(uint64_t busy, int n)
{
	uint64_t run = ~busy;	/* bit I: N slices from I on are free, once all were looked at */
	int have = 1;

	while (have < n) {
		int step = n - have < have ? n - have : have;

		run &= run >> step;
		have += step;
	}
	return run ? __builtin_ctzl(run) : -1;
}

static uint64_t bits(int at, int n)
{
	return (n == 64 ? ~0ul : (1ul << n) - 1) << at;
}

static struct segment *segment_new(struct heap *h)
{
	struct segment *s = h->empty;

	if (s) {
		h->empty = 0;
		return s;
	}
	s = uk_map_aligned(SEGMENT);
	if (!s)
		return 0;
	s->heap = h;
	s->magic = magic_of(s);
	s->busy = HEADER_SLICE;
	s->next = h->segments;
	if (s->next)
		s->next->prev = s;
	h->segments = s;
	all_add(s);
	return s;
}

static void segment_free(struct heap *h, struct segment *s)
{
	if (!h->empty) {
		h->empty = s;
		return;
	}
	h->kept -= (size_t)__builtin_popcountl(s->dirty) * SLICE;
	if (s->next)
		s->next->prev = s->prev;
	if (s->prev)
		s->prev->next = s->next;
	else
		h->segments = s->next;
	all_remove(s);
	uk_unmap(s, SEGMENT);
}

/* What is kept of slices without a page, of the thread's own heap. Reports whether there was any. */
int uk_heap_give_back(struct heap *h)
{
	int any = 0;

	for (struct segment *s = h->segments; s; s = s->next)
		for (int i = HEADER_SLICE; i < SLICES; i++)
			if (s->dirty & ~s->busy & 1ul << i) {
				__syscall(SYS_madvise, (long)s + (long)i * SLICE, SLICE, MADV_DONTNEED);
				s->dirty &= ~(1ul << i);
				h->kept -= SLICE;
				any = 1;
			}
	return any;
}

/* Takes the slices. */
static struct page *claim(struct heap *h, struct segment *s, int at, int n)
{
	uint64_t mine = bits(at, n);
	struct page *p = &s->pages[at];

	h->kept -= (size_t)__builtin_popcountl(s->dirty & mine) * SLICE;
	memset(p, 0, sizeof *p);
	p->zero = !(s->dirty & mine);
	p->slices = n;
	s->busy |= mine;
	s->dirty |= mine;
	memset(s->head + at, at, n);
	return p;
}

struct page *uk_page_new(struct heap *h, int slices, size_t size, int class)
{
	struct segment *s;
	struct page *p;
	int at = -1;

	for (s = h->segments; s && (at = find(s->busy, slices)) < 0; s = s->next)
		;
	if (!s) {
		s = segment_new(h);
		if (!s)
			return 0;
		at = HEADER_SLICE;
	} else if (s == h->empty) {
		h->empty = 0;
	}
	p = claim(h, s, at, slices);
	p->size = size;
	p->class = class;
	p->capacity = (size_t)slices * SLICE / size;
	return p;
}

void uk_page_release(struct heap *h, struct page *p)
{
	struct segment *s = segment_of(p);
	int at = p - s->pages;
	uint64_t mine = bits(at, p->slices);

	s->busy &= ~mine;
	h->kept += (size_t)p->slices * SLICE;
	if (!may_keep(h->kept)) {
		h->kept -= (size_t)p->slices * SLICE;
		s->dirty &= ~mine;
		__syscall(SYS_madvise, (long)area_of(p), (long)p->slices * SLICE, MADV_DONTNEED);
	}
	if (s->busy == HEADER_SLICE)
		segment_free(h, s);
}

/* A large block gets slices that follow it, if they are free. */
int uk_page_grow(struct page *p, size_t n)
{
	struct segment *s = segment_of(p);
	int at = p - s->pages, want = (n + SLICE - 1) / SLICE;
	uint64_t more;

	if (at + want > SLICES)
		return 0;
	more = bits(at, want) & ~bits(at, p->slices);
	if (s->busy & more)
		return 0;
	s->heap->kept -= (size_t)__builtin_popcountl(s->dirty & more) * SLICE;
	s->busy |= more;
	s->dirty |= more;
	memset(s->head + at, at, want);
	p->slices = want;
	p->size = (size_t)want * SLICE;
	*usable_at(p, area_of(p)) = usable(n, p->size);
	return 1;
}
