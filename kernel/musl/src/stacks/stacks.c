/*
 * Stacks of threads that were joined are kept for the next ones, as glibc keeps them: a new mapping costs a fault for each page
 * that is touched, and an old one a flush of all processors' TLBs. When there are too many, half of them go at once.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include "../../../include/stack_areas.h"
#include "libc.h"
#include "lock.h"
#include "pthread_impl.h"
#include "syscall.h"

const char uk_fast_stacks[1];

enum { MOST = 64, LEFT_AS_IT_IS = 64 << 10 };
static struct stack_area kept[MOST];
static int count;
static volatile int lock[1];
extern hidden unsigned long mem_total_pages, mem_free_pages;	/* kernel/core/mm/page.c */

static unsigned char *again(size_t size, size_t guard)
{
	unsigned char *p = 0;

	LOCK(lock);
	for (int i = count; i-- > 0 && !p;)
		if (kept[i].size == size && kept[i].guard == guard) {
			p = (unsigned char *)kept[i].base;
			kept[i] = kept[--count];
		}
	UNLOCK(lock);
	return p;
}

hidden unsigned char *__stack_map(size_t size, size_t guard);	/* musl's thread/pthread_create.c */

/* What a thread's structures will lie in is zero, as in a new mapping. */
hidden unsigned char *__stack_new(size_t size, size_t guard)
{
	size_t need = libc.tls_size + __pthread_tsd_size;
	unsigned char *p = again(size, guard);

	if (p) {
		memset(p + size - need, 0, need);
		return p;
	}
	p = __stack_map(size, guard);
	if (p != MAP_FAILED)
		stack_area_begin((unsigned long)p + size);
	return p;
}

/* Deep down it is given back: a thread of many that went there once. */
static void keep(struct stack_area s)
{
	struct stack_area drop[MOST / 2];
	int n = 0;

	if (s.size - s.guard > LEFT_AS_IT_IS)
		__syscall(SYS_madvise, s.base + s.guard, s.size - s.guard - LEFT_AS_IT_IS, MADV_DONTNEED);
	LOCK(lock);
	if (count == MOST) {
		n = MOST / 2;
		count -= n;
		memcpy(drop, kept, n * sizeof(*drop));	/* those that were not used for longest */
		memmove(kept, kept + n, count * sizeof(*kept));
	}
	kept[count++] = s;
	UNLOCK(lock);
	if (n)
		stack_areas_drop(drop, n);
}

hidden void __stack_done(pthread_t t)
{
	struct stack_area s = { (unsigned long)t->map_base, t->map_size, t->guard_size };

	if (!t->map_base)
		return;
	if (mem_free_pages < mem_total_pages / 2)
		stack_areas_drop(&s, 1);
	else
		keep(s);
}
