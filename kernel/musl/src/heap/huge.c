/* Mappings: those that segments are, and blocks that no segment holds. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include "heap.h"
#include "lock.h"
#include "syscall.h"

enum { PAGE = 4096 };
static volatile int lock[1];
static struct segment *kept;	/* blocks that were freed and may be had again soon, as may_keep() says */
static size_t kept_bytes;
size_t uk_huge_count, uk_huge_bytes;

static void account(size_t count, size_t bytes)
{
	__atomic_add_fetch(&uk_huge_count, count, __ATOMIC_RELAXED);
	__atomic_add_fetch(&uk_huge_bytes, bytes, __ATOMIC_RELAXED);
}

void *uk_map(uintptr_t hint, size_t n)
{
	long r = __syscall(SYS_mmap, hint, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return (unsigned long)r > -4096ul ? 0 : (void *)r;
}

void uk_unmap(void *at, size_t n)
{
	__syscall(SYS_munmap, (long)at, n);
}

static size_t whole(size_t n)
{
	return (n + PAGE - 1) & -(size_t)PAGE;
}

/* N bytes at a multiple of SEGMENT: below the last that was mapped there may be room for it; else a place for more is cut. */
void *uk_map_aligned(size_t n)
{
	static uintptr_t last;
	uintptr_t hint = (__atomic_load_n(&last, __ATOMIC_RELAXED) - n) & -(uintptr_t)SEGMENT, cut;
	char *p = uk_map(hint, n = whole(n));

	if (p && (uintptr_t)p & (SEGMENT - 1)) {
		uk_unmap(p, n);
		p = uk_map(0, n + SEGMENT - PAGE);
		if (!p)
			return 0;
		cut = -(uintptr_t)p & (SEGMENT - 1);
		if (cut)
			uk_unmap(p, cut);
		p += cut;
		if (SEGMENT - PAGE - cut)
			uk_unmap(p + n, SEGMENT - PAGE - cut);
	}
	if (p)
		__atomic_store_n(&last, (uintptr_t)p, __ATOMIC_RELAXED);
	return p;
}

/* One that was kept, if it is large enough and not much too large. */
static struct segment *again(size_t n)
{
	struct segment **at, *s;

	LOCK(lock);
	for (at = &kept; (s = *at) && !(s->size >= n && s->size - n <= s->size / 4); at = &s->kept)
		;
	if (s) {
		*at = s->kept;
		kept_bytes -= s->mapped;
	}
	UNLOCK(lock);
	return s;
}

int uk_huge_give_back(void)
{
	struct segment *s, *next;
	int any;

	LOCK(lock);
	s = kept;
	any = s != 0;
	kept = 0;
	kept_bytes = 0;
	UNLOCK(lock);
	for (; s; s = next) {
		next = s->kept;
		uk_unmap(s, s->mapped);
	}
	return any;
}

/* ALIGN: 0, or a power of two of more than a page. */
void *uk_huge_alloc(size_t n, size_t align)
{
	size_t before = align > HEADER ? align : HEADER, all;
	struct segment *s = 0;

	if (!align && (s = again(n)))
		return s->zero = 0, s->asked = n, account(1, s->mapped), s->block;
	/* The header is at the multiple of SEGMENT before the block, whose own may be a wider one. */
	if (before >= SEGMENT) {
		char *p;
		uintptr_t at;

		if (__builtin_add_overflow(n, 2 * before, &all) || !(p = uk_map(0, whole(all))))
			goto none;
		at = ((uintptr_t)p + SEGMENT + align - 1) & -align;
		s = (struct segment *)(at - SEGMENT);
		if ((char *)s > p)
			uk_unmap(p, (char *)s - p);
		uk_unmap((char *)at + whole(n), p + whole(all) - (char *)at - whole(n));
		before = SEGMENT;
	} else {
		if (__builtin_add_overflow(n, before + PAGE, &all))
			goto none;
		s = uk_map_aligned(n + before);
		if (!s && kept) {
			uk_huge_give_back();
			s = uk_map_aligned(n + before);
		}
		if (!s)
			goto none;
	}
	s->heap = HUGE;
	s->magic = magic_of(s);
	s->mapped = whole(n) + before;
	s->size = whole(n);
	s->asked = n;
	s->block = (char *)s + before;
	s->zero = 1;
	account(1, s->mapped);
	return s->block;
none:
	errno = ENOMEM;
	return 0;
}

void uk_huge_free(struct segment *s)
{
	int keep;

	LOCK(lock);
	for (struct segment *k = kept; k; k = k->kept)
		if (k == s)
			uk_heap_bad("free(): double free detected in tcache 2\n");
	account(-1, -s->mapped);
	keep = s->block == (char *)s + HEADER && may_keep(kept_bytes + s->mapped);
	if (keep) {
		s->kept = kept;
		kept = s;
		kept_bytes += s->mapped;
	}
	UNLOCK(lock);
	if (!keep)
		uk_unmap(s, s->mapped);
}

/* The mapping becomes longer or shorter, where it is or by moving its pages elsewhere; NULL if that cannot be. */
void *uk_huge_realloc(struct segment *s, size_t n)
{
	size_t before = s->block - (char *)s, all = whole(n) + before;
	char *to;

	s->asked = n;
	if (all == s->mapped)
		return s->block;
	if (__syscall(SYS_mremap, (long)s, s->mapped, all, 0) != (long)s) {
		if (all < s->mapped || !(to = uk_map_aligned(all)))
			return 0;
		if (__syscall(SYS_mremap, (long)s, s->mapped, all, MREMAP_MAYMOVE | MREMAP_FIXED, (long)to) != (long)to) {
			uk_unmap(to, all);
			return 0;
		}
		s = (struct segment *)to;
		s->magic = magic_of(s);
		s->block = to + before;
	}
	account(0, all - s->mapped);
	s->mapped = all;
	s->size = whole(n);
	s->asked = n;
	return s->block;
}
