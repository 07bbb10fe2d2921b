/*
 * Stacks of threads that were joined are kept for the next ones, as glibc keeps them: a new mapping costs a fault for each page
 * that is touched, and an old one a flush of all processors' TLBs.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include "libc.h"
#include "lock.h"
#include "pthread_impl.h"
#include "syscall.h"

const char uk_fast_stacks[1];

enum { MOST = 4, LEFT_AS_IT_IS = 64 << 10 };
static struct stack { unsigned char *base; size_t size, guard; } kept[MOST];
static volatile int lock[1];
extern hidden unsigned long mem_total_pages, mem_free_pages;	/* kernel/mm/page.c */

static unsigned char *again(size_t size, size_t guard)
{
	unsigned char *p = 0;

	LOCK(lock);
	for (int i = 0; i < MOST && !p; i++)
		if (kept[i].base && kept[i].size == size && kept[i].guard == guard)
			p = kept[i].base, kept[i].base = 0;
	UNLOCK(lock);
	return p;
}

hidden unsigned char *__stack_map(size_t size, size_t guard);	/* thread/pthread_create.c */

/* What a thread's structures will lie in is zero, as in a new mapping. */
hidden unsigned char *__stack_new(size_t size, size_t guard)
{
	size_t need = libc.tls_size + __pthread_tsd_size;
	unsigned char *p = again(size, guard);

	if (p) {
		memset(p + size - need, 0, need);
		return p;
	}
	return __stack_map(size, guard);
}

/* Deep down it is given back: a thread of many that went there once. */
static int keep(struct stack s)
{
	int i;

	if (mem_free_pages < mem_total_pages / 2)
		return 0;
	if (s.size - s.guard > LEFT_AS_IT_IS)
		__syscall(SYS_madvise, s.base + s.guard, s.size - s.guard - LEFT_AS_IT_IS, MADV_DONTNEED);
	LOCK(lock);
	for (i = 0; i < MOST && kept[i].base; i++)
		;
	if (i < MOST)
		kept[i] = s;
	UNLOCK(lock);
	return i < MOST;
}

hidden void __stack_done(pthread_t t)
{
	if (t->map_base && !keep((struct stack){ t->map_base, t->map_size, t->guard_size }))
		__munmap(t->map_base, t->map_size);
}
