#include "file.h"
#include "inotify.h"
#include "memfd.h"

static long set(struct vnode *v, u32 mode)
{
	int err = vnode_writable(v);

	if (err)
		return err;
	if (S_ISLNK(v->mode))
		return -EOPNOTSUPP;
	if (!owner_or_capable(v))
		return -EPERM;
	if (memfd_no_mode(v, mode))
		return -EPERM;
	mode = identity_mode(v, mode);
	if ((err = vnode_setattr(v, &(struct vnode_change){ .valid = ATTR_MODE, .mode = mode & 07777 })))
		return err;
	v->mode = (v->mode & S_IFMT) | (mode & 07777);
	v->ctime_ns = now_realtime();
	notify_file(v, IN_ATTRIB);
	return 0;
}

long do_chmod(int dirfd, const char *path, u32 mode, int flags)
{
	PATH_VAR(p);

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	int err = at_walk(dirfd, path, flags, flags & AT_SYMLINK_NOFOLLOW ? LOOKUP_NOFOLLOW : 0, &p);
	return err ? err : set(p.v, mode);
}

long sys_chmod(const char *path, u32 mode)
{
	KERNEL_LOCK();
	return do_chmod(AT_FDCWD, path, mode, 0);
}
SYSCALL(90, chmod, FULL);

long sys_fchmod(int fd, u32 mode)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	return set(f->vnode, mode);
}
SYSCALL(91, fchmod, FULL);

long sys_fchmodat(int dirfd, const char *path, u32 mode)
{
	KERNEL_LOCK();
	return do_chmod(dirfd, path, mode, 0);
}
SYSCALL(268, fchmodat, FULL);

long sys_fchmodat2(int dirfd, const char *path, u32 mode, int flags)
{
	KERNEL_LOCK();
	return do_chmod(dirfd, path, mode, flags);
}
SYSCALL(452, fchmodat2, FULL);
