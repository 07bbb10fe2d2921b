/* Open directories. The server's positions are 64 bits wide, and ours have less: they are numbers of entries, and each
 * directory that is open knows which is which. */
#include "p9.h"

#define BUFFER	(32 * 1024)	/* a piece of a directory */

struct dir {
	struct fid *fid;
	struct waitq turn;
	bool busy;
	u8 *data;		/* entries of the server's */
	u32 len, at, before;	/* AT: the next entry's, BEFORE: that of the last one told, or AT */
	u64 next;		/* number of the entry at AT */
	u64 after;		/* the server's position behind the last one read */
	u64 *offsets;		/* the server's positions behind the first entries */
	u64 known, room;
};

static const struct file_ops dir_file_ops;

int p9_dir_open(struct vnode *v, struct file *f)
{
	struct dir *d = kzalloc(sizeof(*d));
	int err = d ? p9_node_open(p9_node(v), O_RDONLY | O_DIRECTORY, &d->fid) : -ENOMEM;

	if (err) {
		kfree(d);
		return err;
	}
	d->turn = (struct waitq)WAITQ_INIT(d->turn);
	f->data = d;
	f->ops = &dir_file_ops;
	return 0;
}

struct fid *p9_dir_fid(struct file *f)
{
	return ((struct dir *)f->data)->fid;
}

static void dir_release(struct file *f)
{
	struct dir *d = f->data;

	p9_fid_put(d->fid);
	kfree(d->data);
	kfree(d->offsets);
	kfree(d);
}

static long dir_seek(struct file *f, s64 offset, int whence)
{
	if (whence > SEEK_END || __builtin_add_overflow(whence == SEEK_CUR ? (s64)f->pos : 0, offset, &offset) || offset < 0)
		return -EINVAL;
	return f->pos = offset;
}

/* Goes to entry NUMBER; false: there never was one. */
static bool go(struct dir *d, u64 number)
{
	if (number == d->next && number)
		return true;
	if (number && number == d->next - 1 && d->before < d->at) {
		d->at = d->before;
	} else {
		if (number > d->known)
			return false;
		d->after = number ? d->offsets[number - 1] : 0;
		d->at = d->len = 0;
	}
	d->next = number;
	return true;
}

/* Notes where the server has what follows the entry that was just told. */
static int note(struct dir *d)
{
	if (d->next == d->room) {
		u64 room = d->room ? d->room * 2 : 64;
		u64 *more = krealloc(d->offsets, room * sizeof(*more));
		if (!more)
			return -ENOMEM;
		d->offsets = more;
		d->room = room;
	}
	d->offsets[d->next++] = d->after;
	d->known = d->next;
	return 0;
}

static int fill(struct dir *d, u32 size)
{
	if (!d->data && !(d->data = kmalloc(BUFFER)))
		return -ENOMEM;
	long n = p9_readdir(d->fid, d->data, min(size, (u32)BUFFER), d->after);
	d->len = max(n, 0L);
	d->at = 0;
	return n > 0 ? 1 : n;
}

static bool is_dots(const char *name, u32 len)
{
	return name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.'));
}

static bool is_name(const char *name, u32 len)
{
	for (u32 i = 0; i < len; i++)
		if (!name[i] || name[i] == '/')
			return false;
	return len;
}

/* The next entry that is not "." or "..", which every directory here has anyway. */
static int next(struct dir *d, u32 size, char *name, u64 *ino, u8 *type)
{
	for (;;) {
		int r = d->at < d->len ? 1 : fill(d, size);
		if (r <= 0)
			return r;
		struct message m = { d->data, d->len, d->at };
		*ino = msg_get_qid(&m).path;
		u64 after = msg_get(&m, 8);
		*type = msg_get(&m, 1);
		u32 len = msg_get_string(&m, name, NAME_MAX + 1);
		if (m.bad || !is_name(name, len))
			return -EIO;
		d->after = after;
		d->before = d->at;
		d->at = m.at;
		if (!is_dots(name, len))
			return 1;
	}
}

int p9_dir_readdir(struct file *f, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	struct dir *d = f->data;
	int r = 0;

	while (d->busy)
		wait_on(&d->turn, FOREVER, false);
	d->busy = true;
	if (go(d, *cookie) && (r = next(d, p9_node(f->vnode)->share->io, name, ino, type)) > 0) {
		int err = note(d);
		*cookie = d->next;
		if (err)
			r = err;
	}
	d->busy = false;
	wake_all(&d->turn);
	return r;
}

static const struct file_ops dir_file_ops = { .seek = dir_seek, .release = dir_release };
