/* Contents of files in memory. */
#include "kernel.h"
#include "linux_file.h"
#include "ramfs.h"
#include "xattr.h"

#define ALL (~0UL)

static int ram_getpage(struct vnode *v, u64 index, bool for_write, void **page)
{
	if (v->size == 0 || index > (v->size - 1) / PAGE_SIZE)
		return -EFAULT;
	void *p = radix_get(&v->pages, index);
	if (!p) {
		if (v->mount && v->mount->blocks >= RAM_LIMIT)
			return -ENOSPC;
		if (!(p = page_alloc_user(true)))
			return -ENOMEM;
		if (radix_set(&v->pages, index, p)) {
			page_put(p);
			return -ENOMEM;
		}
		RAM(v)->stored++;
		if (v->mount)
			v->mount->blocks++;
	}
	page_get(p);
	*page = p;
	return 0;
}

static bool ram_hole(struct vnode *v, u64 index)
{
	return !radix_get(&v->pages, index);
}

static void ram_discard(struct vnode *v, u64 first, u64 end)
{
	void *p;

	for (u64 i = first; (p = radix_next(&v->pages, &i)) && i < end; i++) {
		radix_set(&v->pages, i, NULL);
		page_put(p);
		RAM(v)->stored--;
		if (v->mount)
			v->mount->blocks--;
	}
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
		char *p = size % PAGE_SIZE ? radix_get(&v->pages, size / PAGE_SIZE) : NULL;
		if (p)
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
	.getpage = ram_getpage, .hole = ram_hole, .discard = ram_punch, .truncate = ram_truncate, .stat = ram_stat, .release = ram_release,
};
