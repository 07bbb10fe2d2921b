#include "file.h"
#include "inotify.h"

long do_mkdir(int dirfd, const char *path, u32 mode)
{
	PATH_VAR(p);
	struct vnode *v;
	int err = at_new(dirfd, path, true, &p);

	if (err)
		return err;
	if (!p.parent->ops->create)
		return -EPERM;
	err = p.parent->ops->create(p.parent, p.name, p.len, S_IFDIR | (mode & 01777 & ~fs_umask), 0, &v);
	if (!err) {
		notify_entry(p.parent, p.name, v, IN_CREATE);
		vnode_put(v);
	}
	return err;
}

long sys_mkdir(const char *path, u32 mode)
{
	KERNEL_LOCK();
	return do_mkdir(AT_FDCWD, path, mode);
}
SYSCALL(83, mkdir, FULL);

long sys_mkdirat(int dirfd, const char *path, u32 mode)
{
	KERNEL_LOCK();
	return do_mkdir(dirfd, path, mode);
}
SYSCALL(258, mkdirat, FULL);
