/* The kernel's heap: power-of-two classes of 16..2048 bytes cut from pages;
 * larger sizes are blocks of pages. */
#include "kernel.h"

#define MIN_SHIFT 4
#define MAX_SHIFT 11

struct object { struct object *next; };

static struct object *free_objects[MAX_SHIFT + 1];
u64 mem_slab_pages;

static unsigned order_of(size_t size)
{
	unsigned order = 0;

	while ((size_t)PAGE_SIZE << order < size)
		order++;
	return order;
}

static unsigned shift_of(size_t size)
{
	return size <= 1 << MIN_SHIFT ? MIN_SHIFT : 64 - __builtin_clzl(size - 1);
}

static bool refill(unsigned shift)
{
	char *page = pages_alloc(0, false);

	if (!page)
		return false;
	page_of(page)->kind = shift;
	mem_slab_pages++;
	for (int off = PAGE_SIZE - (1 << shift); off >= 0; off -= 1 << shift) {
		struct object *o = (struct object *)(page + off);
		o->next = free_objects[shift];
		free_objects[shift] = o;
	}
	return true;
}

void *kmalloc(size_t size)
{
	if (size > 1 << MAX_SHIFT)
		return size > 1UL << 40 ? NULL : pages_alloc(order_of(size), false);
	unsigned shift = shift_of(size);
	if (!free_objects[shift] && !refill(shift))
		return NULL;
	struct object *o = free_objects[shift];
	free_objects[shift] = o->next;
	return o;
}

void kfree(void *p)
{
	if (!p)
		return;
	struct page *page = page_of(p);
	if ((u64)p & (PAGE_SIZE - 1))
		page = page_of((void *)align_down((u64)p, PAGE_SIZE));
	if (!page->kind) {
		pages_free(p, page->order);
		return;
	}
	struct object *o = p;
	o->next = free_objects[page->kind];
	free_objects[page->kind] = o;
}

static size_t capacity(void *p)
{
	struct page *page = page_of((void *)align_down((u64)p, PAGE_SIZE));

	return page->kind ? 1UL << page->kind : (size_t)PAGE_SIZE << page->order;
}

void *krealloc(void *p, size_t size)
{
	if (p && capacity(p) >= size)
		return p;
	void *q = kmalloc(size);
	if (p && q) {
		memcpy(q, p, capacity(p));
		kfree(p);
	}
	return q;
}

void *kzalloc(size_t size)
{
	void *p = kmalloc(size);

	return p ? memset(p, 0, size) : NULL;
}

char *kstrdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *p = kmalloc(n);

	return p ? memcpy(p, s, n) : NULL;
}
