#include "file.h"
#include "inotify.h"

long do_mknod(int dirfd, const char *path, u32 mode, u64 dev)
{
	PATH_VAR(p);
	struct vnode *v;
	int err;

	KEEP(fifo_open);
	switch (mode & S_IFMT) {
	case 0:
		mode |= S_IFREG;
		break;
	case S_IFREG: case S_IFCHR: case S_IFBLK: case S_IFIFO: case S_IFSOCK:
		break;
	case S_IFDIR:
		return -EPERM;
	default:
		return -EINVAL;
	}
	if ((err = at_new(dirfd, path, false, &p)))
		return err;
	if ((S_ISCHR(mode) || S_ISBLK(mode)) && !capable(CAP_MKNOD))
		return -EPERM;
	if (!p.parent->ops->create)
		return -EPERM;
	err = p.parent->ops->create(p.parent, p.name, p.len, mode & ~fs_umask, (u32)dev, &v);
	if (!err) {
		notify_entry(p.parent, p.name, v, IN_CREATE);
		vnode_put(v);
	}
	return err;
}

long sys_mknod(const char *path, u32 mode, u64 dev)
{
	KERNEL_LOCK();
	return do_mknod(AT_FDCWD, path, mode & 0xffff, dev);
}
SYSCALL(133, mknod, FULL);

long sys_mknodat(int dirfd, const char *path, u32 mode, u64 dev)
{
	KERNEL_LOCK();
	return do_mknod(dirfd, path, mode & 0xffff, dev);
}
SYSCALL(259, mknodat, FULL);
