#include "file.h"
#include "inotify.h"

#define RENAME_NOREPLACE	1
#define RENAME_EXCHANGE		2
#define RENAME_WHITEOUT		4

static bool inside(struct vnode *dir, struct vnode *ancestor)
{
	for (; dir; dir = dir->parent)
		if (dir == ancestor)
			return true;
	return false;
}

/* The checks of rename(2) in Linux's order; the file system only moves entries. */
static int move(struct path *a, struct path *b, unsigned flags)
{
	int err = vnode_writable(a->parent);

	KEEP(ramfs_rename);
	if (err || (err = vfs_lookup(a->parent, a->name, LOOKUP_NOFOLLOW, &a->v)))
		return err;
	err = vfs_lookup(b->parent, b->name, LOOKUP_NOFOLLOW, &b->v);
	if (err && (err != -ENOENT || flags & RENAME_EXCHANGE || vnode_in_proc(b->parent)))
		return err;
	if (b->v && flags & RENAME_NOREPLACE)
		return -EEXIST;
	bool from_dir = S_ISDIR(a->v->mode), to_dir = b->v && S_ISDIR(b->v->mode);
	if (flags & RENAME_EXCHANGE && !to_dir && b->slash)
		return -ENOTDIR;
	if (!from_dir && (a->slash || (!(flags & RENAME_EXCHANGE) && b->slash)))
		return -ENOTDIR;
	if (from_dir && inside(b->parent, a->v))
		return -EINVAL;
	if (to_dir && inside(a->parent, b->v))
		return flags & RENAME_EXCHANGE ? -EINVAL : -ENOTEMPTY;
	/* /proc and /sys, where nothing is renamed, make vnodes for each walk */
	if (a->v == b->v || (b->v && !a->parent->ops->rename && a->v->mount == b->v->mount && a->v->ino == b->v->ino))
		return 0;
	if ((err = permission_delete(a->parent, a->v)) ||
	    (err = b->v ? permission_delete(b->parent, b->v) : permission(b->parent, MAY_WRITE | MAY_EXEC)))
		return err;
	if (b->v && !(flags & RENAME_EXCHANGE)) {
		if (from_dir && !to_dir)
			return -ENOTDIR;
		if (!from_dir && to_dir)
			return -EISDIR;
	}
	if (a->parent != b->parent) {	/* ".." of a directory changes */
		if (from_dir && (err = permission(a->v, MAY_WRITE)))
			return err;
		if (to_dir && flags & RENAME_EXCHANGE && (err = permission(b->v, MAY_WRITE)))
			return err;
	}
	if (a->v->mount->root == a->v || (b->v && b->v->mount->root == b->v))
		return -EBUSY;
	if (!a->parent->ops->rename)
		return -EPERM;
	err = a->parent->ops->rename(a->parent, a->name, a->len, b->parent, b->name, b->len, flags);
	if (!err)
		notify_moved(a->v, a->parent, a->name, b->parent, b->name, flags & RENAME_EXCHANGE ? NULL : b->v);
	if (!err && flags & RENAME_EXCHANGE)
		notify_moved(b->v, b->parent, b->name, a->parent, a->name, NULL);
	return err;
}

long do_rename(int from_fd, const char *from, int to_fd, const char *to, unsigned flags)
{
	PATH_VAR(a);
	PATH_VAR(b);
	int err;

	if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT) || (flags & RENAME_EXCHANGE && flags != RENAME_EXCHANGE))
		return -EINVAL;
	if ((err = at_walk(from_fd, from, 0, LOOKUP_NOFOLLOW | LOOKUP_PARENT, &a)) ||
	    (err = at_walk(to_fd, to, 0, LOOKUP_NOFOLLOW | LOOKUP_PARENT, &b)))
		return err;
	struct vnode *da = a.parent ? a.parent : a.v, *db = b.parent ? b.parent : b.v;
	if (da->mount != db->mount)
		return -EXDEV;
	if (a.kind != LAST_NAME)
		return -EBUSY;
	if (b.kind != LAST_NAME)
		return flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
	return move(&a, &b, flags);
}

long sys_rename(const char *from, const char *to)
{
	KERNEL_LOCK();
	return do_rename(AT_FDCWD, from, AT_FDCWD, to, 0);
}
SYSCALL(82, rename, FULL);

long sys_renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	KERNEL_LOCK();
	return do_rename(from_fd, from, to_fd, to, 0);
}
SYSCALL(264, renameat, FULL);

long sys_renameat2(int from_fd, const char *from, int to_fd, const char *to, u32 flags)
{
	KERNEL_LOCK();
	return do_rename(from_fd, from, to_fd, to, flags);
}
SYSCALL(316, renameat2, FULL);
