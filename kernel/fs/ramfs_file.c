/* Contents of files in memory. */
#include "kernel.h"
#include "linux_file.h"
#include "ramfs.h"
#include "xattr.h"

#define ALL (~0UL)

/* In v->pages: the page was set aside by fallocate(2), and nothing is in it yet, not even zeroes. */
#define UNWRITTEN 1UL

static void *stored_page(void *entry)
{
	return (void *)((u64)entry & ~UNWRITTEN);
}

/* A new page at INDEX; BITS: UNWRITTEN or 0. */
static int store(struct vnode *v, u64 index, u64 bits, void **page)
{
	if (v->mount && v->mount->blocks >= RAM_LIMIT)
		return -ENOSPC;
	if (!(*page = page_alloc_user(!bits)))
		return -ENOMEM;
	if (radix_set(&v->pages, index, (void *)((u64)*page | bits))) {
		page_put(*page);
		return -ENOMEM;
	}
	RAM(v)->stored++;
	if (v->mount)
		v->mount->blocks++;
	return 0;
}

static int ram_getpage(struct vnode *v, u64 index, bool for_write, void **page)
{
	if (v->size == 0 || index > (v->size - 1) / PAGE_SIZE)
		return -EFAULT;
	void *entry = radix_get(&v->pages, index), *p = stored_page(entry);
	int err = p ? 0 : store(v, index, 0, &p);
	if (err)
		return err;
	if ((u64)entry & UNWRITTEN) {
		memset(p, 0, PAGE_SIZE);
		radix_set(&v->pages, index, p);
	}
	if (for_write)
		v->mtime_ns = v->ctime_ns = now_realtime();
	page_get(p);
	*page = p;
	return 0;
}

static u64 ram_run(struct vnode *v, u64 index, bool *hole)
{
	void *entry = radix_get(&v->pages, index);
	u64 next = index;

	*hole = !entry || (u64)entry & UNWRITTEN;
	if (entry)
		return 1;
	return (radix_next(&v->pages, &next) ? next : LAST_PAGE) - index;
}

static void forget(struct vnode *v, u64 index)
{
	page_put(stored_page(radix_get(&v->pages, index)));
	radix_set(&v->pages, index, NULL);
	RAM(v)->stored--;
	if (v->mount)
		v->mount->blocks--;
}

int ram_reserve(struct vnode *v, u64 first, u64 end)
{
	u64 room = v->mount ? min(mem_free_pages, RAM_LIMIT - v->mount->blocks) : mem_free_pages, i;
	int err = 0;
	void *page;

	if (end - first > room + RAM(v)->stored)
		return -ENOSPC;
	for (i = first; i < end && !err; i++)
		if (!radix_get(&v->pages, i))
			err = store(v, i, UNWRITTEN, &page);
	while (err && i-- > first)
		if ((u64)radix_get(&v->pages, i) & UNWRITTEN)
			forget(v, i);
	return err == -ENOMEM ? -ENOSPC : err;
}

static void ram_discard(struct vnode *v, u64 first, u64 end)
{
	for (u64 i = first; radix_next(&v->pages, &i) && i < end; i++)
		forget(v, i);
	if (!first && end == ALL)
		radix_free(&v->pages);
}

static void ram_punch(struct vnode *v, u64 first, u64 end)
{
	vm_file_drop(v, first, end, false);
	ram_discard(v, first, end);
}

static int ram_truncate(struct vnode *v, u64 size)
{
	if (size < v->size) {
		u64 end = (size + PAGE_SIZE - 1) / PAGE_SIZE;
		vm_file_drop(v, end, ALL, true);
		ram_discard(v, end, ALL);
		char *p = radix_get(&v->pages, size / PAGE_SIZE);
		if (size % PAGE_SIZE && p && !((u64)p & UNWRITTEN))
			memset(p + size % PAGE_SIZE, 0, PAGE_SIZE - size % PAGE_SIZE);
	}
	v->size = size;
	return 0;
}

static void ram_stat(struct vnode *v, struct stat *st)
{
	st->st_blocks = RAM(v)->stored * (PAGE_SIZE / 512);
}

void ram_release(struct vnode *v)
{
	for (struct xattr *next, *x = RAM(v)->xattrs; x; x = next) {
		next = x->next;
		kfree(x);
	}
	if (S_ISREG(v->mode))
		ram_discard(v, 0, ALL);
	if (v->mount)
		v->mount->inodes--;
	kfree(RAM(v)->dir.buckets);
	kfree(RAM(v)->target);
	kfree(RAM(v));
}

const struct vnode_ops ram_file_ops = {
	.getpage = ram_getpage, .run = ram_run, .discard = ram_punch, .truncate = ram_truncate, .stat = ram_stat, .release = ram_release,
};
