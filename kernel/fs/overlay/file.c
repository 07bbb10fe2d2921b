/* Contents of regular files. */
#include "ovl.h"

static int lower_getpage(struct vnode *v, u64 index, bool for_write, void **page)
{
	for (;;) {
		int err = for_write ? ovl_copy_up(v, ALL) : 0;
		struct vnode *real = overlay_real(v);
		if (err)
			return err;
		if (real->mount == ovl_mount)	/* in memory, which is as long as V is */
			real->size = v->size;
		if ((err = real->ops->getpage(real, index, for_write, page)) || real == overlay_real(v))
			return err;
		page_put(*page);	/* it was copied up meanwhile */
	}
}

static int getpage(struct vnode *v, u64 index, bool for_write, void **page)
{
	struct vnode *real = ovl_node(v)->upper;

	if (!ovl_store)
		real->size = v->size;
	return real->ops->getpage(real, index, for_write, page);
}

static const void *direct(struct vnode *v, u64 pos)
{
	struct vnode *real = overlay_real(v);

	return real->ops->direct ? real->ops->direct(real, pos) : NULL;
}

static u64 run(struct vnode *v, u64 index, bool *hole)
{
	struct vnode *real = ovl_node(v)->upper;

	return real->ops->run(real, index, hole);
}

static void discard(struct vnode *v, u64 first, u64 end)
{
	struct vnode *real = ovl_node(v)->upper;

	vm_file_drop(v, first, end, false);
	real->ops->discard(real, first, end);
}

static int truncate(struct vnode *v, u64 size)
{
	int err = ovl_copy_up(v, size);
	struct vnode *real = ovl_node(v)->upper;

	if (err)
		return err;
	if (!ovl_store)
		real->size = v->size;
	if (size < v->size)
		vm_file_drop(v, (size + PAGE_SIZE - 1) / PAGE_SIZE, ALL, true);
	if (!(err = real->ops->truncate(real, size)))
		v->size = size;
	return err;
}

static void stat_real(struct vnode *v, struct stat *st)
{
	struct vnode *real = overlay_real(v);

	if (real->ops->stat)
		real->ops->stat(real, st);
}

static int open(struct vnode *v, struct file *f)
{
	bool writes = file_writes(f) || f->flags & O_TRUNC;
	int err = writes ? ovl_copy_up(v, f->flags & O_TRUNC ? 0 : ALL) : 0;

	if (err)
		return err;
	if (ovl_store)
		return ovl_store_open(v, f);
	f->ops = &vnode_file_ops;
	return 0;
}

/* No holes, as far as is known here: a page that is mapped can be taken away and read again. */
const struct vnode_ops ovl_lower_ops = {
	.getpage = lower_getpage, .direct = direct, .truncate = truncate, .stat = stat_real, .open = open, .release = ovl_node_release, .shared = &ovl_shared,
};
const struct vnode_ops ovl_memory_ops = {
	.getpage = getpage, .run = run, .discard = discard, .truncate = truncate, .stat = stat_real, .open = open, .release = ovl_node_release,
	.shared = &ovl_memory_shared,
};
const struct vnode_ops ovl_store_ops = {
	.getpage = getpage, .truncate = truncate, .stat = stat_real, .open = open, .release = ovl_node_release, .shared = &ovl_shared,
};
