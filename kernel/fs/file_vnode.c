/* Regular files. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

static long file_vnode_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	long r = vnode_read(f->vnode, buf, n, *pos);

	if (r > 0)
		*pos += r;
	if (r >= 0 && n && !(f->flags & O_NOATIME))
		vnode_accessed(f->vnode);
	return r;
}

static long file_vnode_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	if (f->flags & O_APPEND && n)
		*pos = f->vnode->size;
	long r = vnode_write(f->vnode, buf, n, *pos);
	if (r > 0)
		*pos += r;
	return r;
}

/* lseek(2): the next page that is, or is not, a hole. The end of the file is a hole. A file can be long: it is gone
 * through by runs. */
static s64 seek_hole(struct vnode *v, u64 pos, bool want_hole)
{
	if ((s64)pos < 0 || pos >= v->size)
		return -ENXIO;
	for (u64 at = pos, pages; at < v->size; at = (at / PAGE_SIZE + pages) * PAGE_SIZE) {
		bool hole = vnode_run(v, at / PAGE_SIZE, &pages);
		if (hole == want_hole)
			return at;
	}
	return want_hole ? (s64)v->size : -ENXIO;
}

static long file_vnode_seek(struct file *f, s64 offset, int whence)
{
	if (whence == SEEK_DATA || whence == SEEK_HOLE) {
		offset = seek_hole(f->vnode, offset, whence == SEEK_HOLE);
		if (offset < 0)
			return offset;
		whence = SEEK_SET;
	}
	return seek_to(f, offset, whence, f->vnode->size);
}

const struct file_ops vnode_file_ops = {
	.read = file_vnode_read, .write = file_vnode_write, .seek = file_vnode_seek,
};
