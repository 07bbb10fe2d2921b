#include "file.h"

long sys_truncate(const char *path, s64 size)
{
	KERNEL_LOCK();
	PATH_VAR(p);
	if (size < 0)
		return -EINVAL;
	int err = at_walk(AT_FDCWD, path, 0, 0, &p);
	return err ? err : vnode_truncate(p.v, size);
}
SYSCALL(76, truncate);

long sys_ftruncate(int fd, s64 size)
{
	KERNEL_LOCK();
	if (size < 0)
		return -EINVAL;
	FD_FILE(f, fd);
	if (!S_ISREG(f->vnode->mode) || (f->flags & O_ACCMODE) == O_RDONLY)
		return -EINVAL;
	return vnode_truncate(f->vnode, size);
}
SYSCALL(77, ftruncate);
