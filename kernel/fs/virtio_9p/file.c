/* Open files. Reads and writes go to the server, in pieces, through a buffer: a program's memory is not contiguous, and
 * copying from or to it may sleep. */
#include "p9.h"

/* What of the flags the server is told. */
#define WRITING	(O_APPEND | O_SYNC)
#define PASSED	(O_ACCMODE | WRITING)

static const struct file_ops p9_open_file_ops;

int p9_file_open(struct vnode *v, struct file *f)
{
	struct node *n = p9_node(v);
	struct fid *fid = n->created;
	int err = 0;

	n->created = NULL;
	if (!fid)
		err = p9_node_open(n, f->flags & PASSED, &fid);
	if (err)
		return err;
	f->data = fid;
	f->ops = &p9_open_file_ops;
	int mode = fid->flags & O_ACCMODE;
	if (!n->reader && mode != O_WRONLY)
		n->reader = p9_fid_get(fid);
	if (!n->writer && mode == O_RDWR && !(fid->flags & O_APPEND))
		n->writer = p9_fid_get(fid);
	if (mode != O_RDONLY)
		list_append(&n->writers, &fid->writing);
	return 0;
}

/* The reader and the writer stay for what is mapped. */
static void p9_file_release(struct file *f)
{
	struct fid *fid = f->data;

	if (file_writes(f))
		p9_node_write_back(p9_node(f->vnode));
	list_remove(&fid->writing);
	p9_fid_put(fid);
}

/* A buffer for up to *N bytes, or for less if memory is short. */
static void *buffer(u64 *n)
{
	void *p;

	while (!(p = kmalloc(*n)) && *n > PAGE_SIZE)
		*n /= 2;
	return p;
}

static long p9_file_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	u64 size = min(n, (size_t)p9_node(f->vnode)->share->io);
	char *piece = n ? buffer(&size) : NULL;
	size_t done = 0;
	long r = n && !piece ? -ENOMEM : 0;

	p9_node_write_back(p9_node(f->vnode));
	while (!r && done < n) {
		u64 part = min(n - done, size);
		long got = p9_read(f->data, piece, part, *pos);
		if (got < 0)
			r = got;
		if (got <= 0)
			break;
		memcpy((char *)buf + done, piece, got);
		done += got;
		*pos += got;
		if (got < part)
			break;
	}
	kfree(piece);
	return done ? (long)done : r;
}

/* With other flags than before: fcntl(2) changed them, or it is open as it was created. Where that is forbidden, or the name is
 * gone, nothing changes. */
static void reopen(struct file *f)
{
	struct node *n = p9_node(f->vnode);
	struct fid *old = f->data, *fid;

	if (p9_node_open(n, (old->flags & O_ACCMODE) | (f->flags & WRITING), &fid))
		return;
	f->data = fid;
	list_append(&n->writers, &fid->writing);
	list_remove(&old->writing);
	p9_fid_put(old);
}

/* The server appends by itself, so that what others append meanwhile stays. Where the end was is for the position. */
static int append(struct file *f, u64 *pos)
{
	int err;

	if ((((struct fid *)f->data)->flags ^ f->flags) & WRITING)
		reopen(f);
	if (!(f->flags & O_APPEND))
		return 0;
	err = p9_node_refresh(f->vnode);
	*pos = f->vnode->size;
	return err;
}

/* After a write to a file with O_SYNC or O_DSYNC that the server has open without: the same by hand. */
static int synced(struct file *f)
{
	struct fid *fid = f->data;
	u32 asked = f->flags & ~fid->flags & O_SYNC;

	return asked ? p9_fsync(fid, asked == O_DSYNC) : 0;
}

/* Before the file grows: what a mapping stored behind the end is none of it. */
static void clear_tail(struct vnode *v)
{
	u64 in = v->size % PAGE_SIZE;
	char *p = in ? radix_get(&v->pages, v->size / PAGE_SIZE) : NULL;

	if (p)
		memset(p + in, 0, PAGE_SIZE - in);
}

/* What a write changes of what is known here. A page that is being read may be as it was before: it is waited for, as the
 * next store to it would take the whole page to the server. */
static void wrote(struct vnode *v, const void *buf, size_t n, u64 pos)
{
	pagecache_settle(v);
	if (pos + n > v->size)
		clear_tail(v);
	if (pos + n >= v->size)		/* an answer may have said so already, and an older one come yet */
		p9_node_resize(p9_node(v), pos + n);
	if (v->pages.root)
		p9_pages_write(v, buf, n, pos);
}

static long p9_file_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	u64 size = min(n, (size_t)p9_node(f->vnode)->share->io);
	size_t done = 0;

	if (!n)
		return 0;
	if ((s64)(*pos + n) < 0)
		return -EFBIG;
	char *piece = buffer(&size);
	long r = piece ? append(f, pos) : -ENOMEM;
	if (!r && (r = file_size_allow(*pos, n)) > 0) {
		n = r;
		r = 0;
	}
	while (!r && done < n) {
		u64 part = min(n - done, size);
		u64 there = user_copy(piece, (const char *)buf + done, part);
		p9_node_lock(p9_node(f->vnode));
		long put = there ? p9_write(f->data, piece, there, *pos) : -EFAULT;
		if (put > 0)
			wrote(f->vnode, piece, put, *pos);
		p9_node_unlock(p9_node(f->vnode));
		if (put < 0) {
			r = put;
			break;
		}
		done += put;
		*pos += put;
		if (there < part)
			break;
	}
	kfree(piece);
	int err = done ? synced(f) : 0;
	return err ? err : done ? (long)done : r;
}

/* There are no holes to know of. */
static long p9_file_seek(struct file *f, s64 offset, int whence)
{
	int err = whence == SEEK_SET || whence == SEEK_CUR ? 0 : p9_node_refresh(f->vnode);
	s64 size = f->vnode->size, base = whence == SEEK_CUR ? (s64)f->pos : whence == SEEK_END ? size : 0;

	if (err)
		return err;
	if (whence == SEEK_DATA || whence == SEEK_HOLE) {
		if (offset < 0 || offset >= size)
			return -ENXIO;
		if (whence == SEEK_HOLE)
			offset = size;
	}
	if (__builtin_add_overflow(base, offset, &offset) || offset < 0)
		return -EINVAL;
	return f->pos = offset;
}

int p9_file_truncate(struct vnode *v, u64 size)
{
	struct vnode_change c = { .valid = ATTR_SIZE };
	struct node *n = p9_node(v);

	p9_node_lock(n);
	int err = p9_node_change(n, &c, size);
	if (!err) {
		pagecache_settle(v);
		if (size > v->size)
			clear_tail(v);
		p9_node_resize(n, size);
		vm_file_drop(p9_mapped(v), (size + PAGE_SIZE - 1) / PAGE_SIZE, ~0UL, true);
		p9_dirty_cut(n, (size + PAGE_SIZE - 1) / PAGE_SIZE, size % PAGE_SIZE);
		p9_pages_drop(v, size / PAGE_SIZE);
	}
	p9_node_unlock(n);
	return err;
}

int p9_file_sync(struct file *f, bool data_only)
{
	if (S_ISDIR(f->vnode->mode))
		return p9_fsync(p9_dir_fid(f), data_only);
	if (!S_ISREG(f->vnode->mode))
		return 0;
	int err = p9_write_back(f->vnode, false), failed = p9_fsync(f->data, data_only);
	return err ? err : failed;
}

static const struct file_ops p9_open_file_ops = {
	.read = p9_file_read, .write = p9_file_write, .seek = p9_file_seek, .release = p9_file_release,
};
