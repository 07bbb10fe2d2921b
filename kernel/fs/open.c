/* open(2). */
#include "inotify.h"
#include "kernel.h"
#include "linux_file.h"
#include "permission.h"
#include "vfs.h"

#define FLAGS_KEPT (~(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC))

static const struct file_ops path_ops;	/* O_PATH: no operation at all */

/* As Linux's tmpfs: nobody knows the end of a directory. */
static long dir_seek(struct file *f, s64 offset, int whence)
{
	return whence == SEEK_END ? -EINVAL : seek_simple(f, offset, whence);
}

static const struct file_ops dir_ops = { .seek = dir_seek };

int vnode_truncate(struct vnode *v, u64 size)
{
	if (S_ISDIR(v->mode))
		return -EISDIR;
	if (!S_ISREG(v->mode))
		return -EINVAL;
	if (!v->ops->truncate)
		return -EROFS;
	int err = file_size_check(v, size);
	if (!err)
		err = v->ops->truncate(v, size);
	if (!err) {
		v->mtime_ns = v->ctime_ns = now_realtime();
		identity_written(v);
		file_caps_drop(v);
		notify_file(v, IN_MODIFY);
	}
	return err;
}

static int check(struct vnode *v, int flags)
{
	bool write = (flags & O_ACCMODE) != O_RDONLY || flags & O_TRUNC;

	if (flags & O_DIRECTORY && !S_ISDIR(v->mode))
		return -ENOTDIR;
	if (flags & O_PATH)
		return 0;
	if (S_ISLNK(v->mode))
		return -ELOOP;
	if (S_ISDIR(v->mode) && (write || flags & O_CREAT))
		return -EISDIR;
	if (S_ISDIR(v->mode) && flags & O_DIRECT)
		return -EINVAL;
	return S_ISREG(v->mode) && write ? mount_check(v, NULL) : 0;
}



int vnode_open(struct vnode *v, int flags, struct file **out)
{
	int err = check(v, flags);
	if (err)
		return err;
	struct file *f = file_alloc(&path_ops, flags & (FLAGS_KEPT | O_NOCTTY | O_TRUNC));
	if (!f)
		return -ENOMEM;
	vnode_get(f->vnode = v);
	if (!(flags & O_PATH)) {
		if (v->ops->open)
			err = v->ops->open(v, f);
		else if (S_ISREG(v->mode))
			f->ops = &vnode_file_ops;
		else if (S_ISDIR(v->mode))
			f->ops = &dir_ops;
		else
			err = -ENXIO;
		if (err) {
			f->flags |= O_PATH;	/* it was never open: nobody hears that it closes */
			file_put(f);
			return err;
		}
	}
	f->flags &= ~(O_NOCTTY | O_TRUNC);	/* these were for v->ops->open */
	*out = f;
	return 0;
}

/* O_CREAT of a name that is not there yet. */
static int create(struct path *p, u32 mode)
{
	struct vnode *dir = p->parent;
	int err = mount_check(dir, p->name);

	if (err)
		return err;
	if (!dir->ops->create)
		return vnode_in_proc(dir) ? -ENOENT : -EACCES;
	err = permission(dir, MAY_WRITE | MAY_EXEC);
	if (!err)
		err = dir->ops->create(dir, p->name, p->len, S_IFREG | (mode & 07777 & ~fs_umask), 0, &p->v);
	if (!err)
		notify_entry(dir, p->name, p->v, IN_CREATE);
	return err;
}

/* fs/open_unnamed.c: O_TMPFILE, when linked. */
OPTIONAL int open_unnamed(struct path *p, int flags, u32 mode) { return -EOPNOTSUPP; }

/* F is open, by the name P. */
static int opened(struct file *f, const struct path *p, int flags)
{
	struct vnode *v = f->vnode;

	notify_opened(f, p);
	return flags & O_TRUNC && S_ISREG(v->mode) && v->ops->truncate ? vnode_truncate(v, 0) : 0;
}

int vfs_open(struct vnode *start, const char *path, int flags, u32 mode, int lookup, struct file **out)
{
	bool unnamed = (flags & O_TMPFILE) == O_TMPFILE && !(flags & O_PATH);
	struct path p;
	bool created = false;
	int err;

	if (flags & O_PATH)
		flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	if (unnamed && ((flags & O_ACCMODE) == O_RDONLY || flags & O_CREAT))
		return -EINVAL;
	if ((flags & (O_CREAT | O_DIRECTORY)) == (O_CREAT | O_DIRECTORY) && !unnamed)
		return -EINVAL;
	if (flags & O_NOFOLLOW || (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
		lookup |= LOOKUP_NOFOLLOW;
	if (flags & O_CREAT)
		lookup |= LOOKUP_MISSING | LOOKUP_CREATE;
again:
	if ((err = path_walk(start, path, lookup, &p)))
		return err;
	if (unnamed) {
		err = open_unnamed(&p, flags, mode);
		created = true;
		flags &= ~(O_DIRECTORY | O_TRUNC);
	} else if (!p.v) {
		err = create(&p, mode);
		if (err == -EEXIST && !(flags & O_EXCL)) {	/* somebody else made it just now */
			path_put(&p);
			goto again;
		}
		flags &= ~(O_TRUNC | O_DIRECTORY);
		created = true;
	} else if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) {
		err = -EEXIST;
	}
	if (!err && !created)
		err = permission_open(p.v, flags, check);
	if (!err)
		err = vnode_open(p.v, flags, out);
	if (!err) {
		if (!(*out)->path)
			(*out)->path = path_string(&p);
		if (!(flags & O_PATH) && (err = opened(*out, &p, flags)))
			file_put(*out);
	}
	path_put(&p);
	return err;
}
