/* Obstacks: stacks of objects that grow in chunks. The struct is public, most of its use is macros in programs. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include "../fortify/format.h"

struct chunk {
	char *limit;
	struct chunk *prev;
	char contents[4];
};

struct obstack {
	long chunk_size;
	struct chunk *chunk;
	char *object_base, *next_free, *chunk_limit;
	union { ptrdiff_t i; void *p; } temp;
	int alignment_mask;
	void *(*alloc)(void *, long);	/* the argument first, if use_arg; else only the size */
	void (*release)(void *, void *);
	void *arg;
	unsigned use_arg:1, maybe_empty:1, failed:1;
};

_Static_assert(sizeof(struct obstack) == 88, "glibc's struct obstack");
_Static_assert(offsetof(struct chunk, contents) == 16, "glibc's struct _obstack_chunk");

int obstack_exit_failure = 1;

static _Noreturn void no_memory(void)
{
	fprintf(stderr, "memory exhausted\n");
	exit(obstack_exit_failure);
}

void (*obstack_alloc_failed_handler)(void) = no_memory;

static void *take(struct obstack *h, long size)
{
	void *p = h->use_arg ? h->alloc(h->arg, size) : ((void *(*)(long))h->alloc)(size);

	if (!p)
		obstack_alloc_failed_handler();
	return p;
}

static void give(struct obstack *h, void *p)
{
	if (h->use_arg)
		h->release(h->arg, p);
	else
		((void (*)(void *))h->release)(p);
}

static char *aligned(struct obstack *h, char *p)
{
	return (char *)(((uintptr_t)p + h->alignment_mask) & ~(uintptr_t)h->alignment_mask);
}

static int begin(struct obstack *h, int size, int alignment)
{
	h->alignment_mask = (alignment ? alignment : 16) - 1;
	/* As glibc: one malloc() block of 4096 with room for its header. */
	h->chunk_size = size ? size : 4096 - 32;
	h->chunk = take(h, h->chunk_size);
	h->next_free = h->object_base = aligned(h, h->chunk->contents);
	h->chunk_limit = h->chunk->limit = (char *)h->chunk + h->chunk_size;
	h->chunk->prev = 0;
	h->maybe_empty = h->failed = 0;
	return 1;
}

int _obstack_begin(struct obstack *h, int size, int alignment, void *(*alloc)(long), void (*release)(void *))
{
	h->alloc = (void *(*)(void *, long))alloc;
	h->release = (void (*)(void *, void *))release;
	h->use_arg = 0;
	return begin(h, size, alignment);
}

int _obstack_begin_1(struct obstack *h, int size, int alignment, void *(*alloc)(void *, long),
	void (*release)(void *, void *), void *arg)
{
	h->alloc = alloc;
	h->release = release;
	h->arg = arg;
	h->use_arg = 1;
	return begin(h, size, alignment);
}

/* Room for LENGTH more bytes of the growing object, which moves to a chunk of its own. */
void _obstack_newchunk(struct obstack *h, int length)
{
	struct chunk *old = h->chunk, *new;
	long have = h->next_free - h->object_base;
	long size = have + length + (have >> 3) + h->alignment_mask + 100;
	char *base;

	if (size < h->chunk_size)
		size = h->chunk_size;
	new = take(h, size);
	new->prev = old;
	new->limit = h->chunk_limit = (char *)new + size;
	base = aligned(h, new->contents);
	memcpy(base, h->object_base, have);
	/* The old chunk held nothing else: it goes. */
	if (!h->maybe_empty && h->object_base == aligned(h, old->contents)) {
		new->prev = old->prev;
		give(h, old);
	}
	h->chunk = new;
	h->object_base = base;
	h->next_free = base + have;
	h->maybe_empty = 0;
}

static int inside(struct chunk *c, void *p)
{
	return (void *)c < p && p <= (void *)c->limit;
}

/* Frees OBJECT and all that came after; NULL: everything. */
void _obstack_free(struct obstack *h, void *object)
{
	struct chunk *c = h->chunk;

	while (c && !inside(c, object)) {
		struct chunk *prev = c->prev;

		give(h, c);
		c = prev;
		h->maybe_empty = 1;
	}
	if (c) {
		h->object_base = h->next_free = object;
		h->chunk_limit = c->limit;
		h->chunk = c;
	} else if (object) {
		abort();	/* not of this obstack */
	}
}
weak_alias(_obstack_free, obstack_free);

int _obstack_allocated_p(struct obstack *h, void *object)
{
	struct chunk *c = h->chunk;

	while (c && !inside(c, object))
		c = c->prev;
	return !!c;
}

int _obstack_memory_used(struct obstack *h)
{
	int n = 0;

	for (struct chunk *c = h->chunk; c; c = c->prev)
		n += c->limit - (char *)c;
	return n;
}

int obstack_vprintf(struct obstack *h, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(0, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return n;
	if (h->chunk_limit - h->next_free < n + 1)
		_obstack_newchunk(h, n + 1);
	vsnprintf(h->next_free, n + 1, fmt, ap);
	h->next_free += n;
	return n;
}

int obstack_printf(struct obstack *h, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = obstack_vprintf(h, fmt, ap);
	va_end(ap);
	return n;
}

int __obstack_vprintf_chk(struct obstack *h, int flag, const char *fmt, va_list ap) { return uk_check_format(flag, fmt), obstack_vprintf(h, fmt, ap); }

int __obstack_printf_chk(struct obstack *h, int flag, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = __obstack_vprintf_chk(h, flag, fmt, ap);
	va_end(ap);
	return n;
}
