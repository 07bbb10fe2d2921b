#include "file.h"
#include "inotify.h"

static int last_error(enum last_name kind, bool rmdir)
{
	if (!rmdir)
		return -EISDIR;
	return kind == LAST_DOT ? -EINVAL : kind == LAST_DOTDOT ? -ENOTEMPTY : -EBUSY;
}

long do_unlink(int dirfd, const char *path, bool rmdir)
{
	PATH_VAR(p);
	int err = at_walk(dirfd, path, 0, LOOKUP_NOFOLLOW | LOOKUP_PARENT, &p);

	if (err)
		return err;
	if (p.kind != LAST_NAME)
		return last_error(p.kind, rmdir);
	if ((err = vnode_writable(p.parent)))
		return err;
	if ((err = vfs_lookup(p.parent, p.name, LOOKUP_NOFOLLOW, &p.v)))
		return err;
	bool dir = S_ISDIR(p.v->mode);
	if (!rmdir && p.slash)
		return dir ? -EISDIR : -ENOTDIR;
	if ((err = permission_delete(p.parent, p.v)))
		return err;
	if (rmdir && !dir)
		return -ENOTDIR;
	if (!rmdir && dir)
		return -EISDIR;
	if (p.v->mounts || (p.v->mount && p.v->mount->root == p.v))
		return -EBUSY;
	if (!p.parent->ops->unlink)
		return -EPERM;
	if (!(err = p.parent->ops->unlink(p.parent, p.name, p.len, rmdir))) {
		if (!rmdir)
			notify_self(p.v, IN_ATTRIB);	/* its count of links */
		vnode_put(p.v);		/* its own end is told first */
		p.v = NULL;
		notify_entry(p.parent, p.name, NULL, dir ? IN_DELETE | IN_ISDIR : IN_DELETE);
	}
	return err;
}

long sys_unlink(const char *path)
{
	KERNEL_LOCK();
	return do_unlink(AT_FDCWD, path, false);
}
SYSCALL(87, unlink, FULL);

long sys_rmdir(const char *path)
{
	KERNEL_LOCK();
	return do_unlink(AT_FDCWD, path, true);
}
SYSCALL(84, rmdir, FULL);

long sys_unlinkat(int dirfd, const char *path, int flags)
{
	KERNEL_LOCK();
	if (flags & ~AT_REMOVEDIR)
		return -EINVAL;
	return do_unlink(dirfd, path, flags);
}
SYSCALL(263, unlinkat, FULL);
