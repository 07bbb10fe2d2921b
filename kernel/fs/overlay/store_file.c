/* Open files where changes go into a folder of the host: what is above is read and written through a file of its own. */
#include "ovl.h"

static const struct file_ops store_file_ops;

/* The file above, or NULL: there is none, V lies below. */
static int real_of(struct file *f, struct file **out)
{
	struct ovl_node *n = ovl_node(f->vnode);
	struct file *real;
	int err;

	if (!f->data && n->upper) {	/* it was copied up after F was opened, which only reads */
		if ((err = vnode_open(n->upper, f->flags & O_ACCMODE, &real)))
			return err;
		if (f->data)
			file_put(real);
		else
			f->data = real;
	}
	*out = f->data;
	if (f->data)
		((struct file *)f->data)->flags = f->flags;
	return 0;
}

int ovl_store_open(struct vnode *v, struct file *f)
{
	struct vnode *upper = ovl_node(v)->upper;
	int err = upper ? vnode_open(upper, f->flags & (O_ACCMODE | O_APPEND | O_SYNC), (struct file **)&f->data) : 0;

	if (!err)
		f->ops = &store_file_ops;
	return err;
}

static long store_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	struct file *real;
	long r = real_of(f, &real);

	if (r)
		return r;
	if (real)
		return real->ops->read(real, buf, n, pos);
	if ((r = vnode_read(f->vnode, buf, n, *pos)) > 0)
		*pos += r;
	return r;
}

static long store_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	struct file *real;
	long r = real_of(f, &real);

	if (r)
		return r;
	if (!real)
		return -EIO;
	r = real->ops->write(real, buf, n, pos);
	f->vnode->size = real->vnode->size;
	return r;
}

static long store_seek(struct file *f, s64 offset, int whence)
{
	int err = whence == SEEK_SET || whence == SEEK_CUR ? 0 : vnode_refresh(f->vnode);
	s64 size = f->vnode->size;

	if (err)
		return err;
	if (whence == SEEK_DATA || whence == SEEK_HOLE) {	/* there are no holes to know of */
		if (offset < 0 || offset >= size)
			return -ENXIO;
		offset = whence == SEEK_HOLE ? size : offset;
		whence = SEEK_SET;
	}
	return seek_to(f, offset, whence, size);
}

static void store_release(struct file *f)
{
	if (f->data)
		file_put(f->data);
}

/* fsync(2), also of folders: what is only below is as safe as it was. */
int ovl_store_sync(struct file *f, bool data_only)
{
	struct vnode *upper = ovl_node(f->vnode)->upper;
	struct file *real = NULL;
	int err;

	if (!ovl_store || !upper || !(S_ISREG(f->vnode->mode) || S_ISDIR(f->vnode->mode)))
		return 0;
	if ((err = vnode_open(upper, O_RDONLY, &real)))
		return err;
	err = upper->ops->shared->sync(real, data_only);
	file_put(real);
	return err;
}

static const struct file_ops store_file_ops = {
	.read = store_read, .write = store_write, .seek = store_seek, .release = store_release,
};
