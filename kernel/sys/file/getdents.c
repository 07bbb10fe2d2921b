#include "file.h"
#include "inotify.h"

/* Positions: 0 ".", 1 "..", then 2 + the file system's own; MOUNTED + i for the
 * i-th mount point that the file system below does not have itself. */
#define MOUNTED		(1UL << 62)
#define END		0x7fffffffffffffffUL	/* told once: what is created later shows after a rewind */

struct entry {
	u64 ino;
	u8 type;
	char name[256];
};

static int read_entry(struct file *f, u64 *cookie, struct entry *e)
{
	const struct vnode_ops *o = f->vnode->ops;

	if (o->shared)
		return o->shared->readdir(f, cookie, e->name, &e->ino, &e->type);
	return o->readdir ? o->readdir(f->vnode, cookie, e->name, &e->ino, &e->type) : 0;
}

static int next(struct file *f, u64 *pos, struct entry *e)
{
	struct vnode *dir = f->vnode;

	if (*pos < 2) {
		struct vnode *v = *pos && dir->parent ? dir->parent : dir;
		memcpy(e->name, "..", 3);
		e->name[1 + *pos] = 0;
		e->ino = v->ino;
		e->type = DT_DIR;
		++*pos;
		return 1;
	}
	if (*pos < MOUNTED) {
		u64 cookie = *pos - 2;
		int r = read_entry(f, &cookie, e);
		if (r) {
			*pos = cookie + 2;
			return r;
		}
		*pos = MOUNTED;
	}
	u64 i = MOUNTED;
	if (*pos == END)
		return 0;
	for (struct mount *m = dir->mounts; m; m = m->sibling, i++) {
		struct vnode *below;
		if (i < *pos)
			continue;
		*pos = i + 1;
		if (!dir->ops->lookup(dir, m->name, strlen(m->name), &below)) {
			vnode_put(below);
			continue;
		}
		memcpy(e->name, m->name, strlen(m->name) + 1);
		e->ino = m->root->ino;
		e->type = DT_DIR;
		return 1;
	}
	*pos = END;
	return 0;
}

/* OLD: the layout of getdents(2), its type in the last byte. */
static long getdents(int fd, u8 *buf, u32 size, bool old)
{
	u32 done = 0;
	struct entry e;

	KERNEL_LOCK();
	FD_FILE(f, fd);
	if (!S_ISDIR(f->vnode->mode))
		return -ENOTDIR;
	if (!f->vnode->nlink)
		return -ENOENT;
	notify_used(f, IN_ACCESS);
	if (!(f->flags & O_NOATIME))
		vnode_accessed(f->vnode);
	for (;;) {
		u64 pos = f->pos;
		int r = next(f, &pos, &e);
		if (r <= 0) {
			if (!r)
				f->pos = pos;
			return done ? (long)done : r;
		}
		u32 n = strlen(e.name), head = offsetof(struct dirent64, name) - old;
		u32 len = align_up(head + n + 1 + old, 8u);
		if ((s32)len > (s32)(size - done))	/* Linux counts with a sign */
			return done ? (long)done : -EINVAL;
		if (!user_ok(buf + done, len, PROT_WRITE))
			return done ? (long)done : -EFAULT;
		struct dirent64 *d = (struct dirent64 *)(buf + done);
		memset(d, 0, len);
		d->ino = e.ino;
		d->off = pos;
		d->reclen = len;
		memcpy((char *)d + head, e.name, n);
		if (old)
			buf[done + len - 1] = e.type;
		else
			d->type = e.type;
		done += len;
		f->pos = pos;
	}
}

long sys_getdents64(int fd, void *buf, u32 size)
{
	return getdents(fd, buf, size, false);
}
SYSCALL(217, getdents64, FULL);

long sys_getdents(int fd, void *buf, u32 size)
{
	return getdents(fd, buf, size, true);
}
SYSCALL(78, getdents, FULL);
