#include "file.h"

long sys_truncate(const char *path, s64 size)
{
	KERNEL_LOCK();
	PATH_VAR(p);
	if (size < 0)
		return -EINVAL;
	int err = at_walk(AT_FDCWD, path, 0, 0, &p);
	if (err)
		return err;
	if (S_ISREG(p.v->mode) && (err = vnode_writable(p.v)))
		return err;
	if (S_ISREG(p.v->mode) && (err = permission(p.v, MAY_WRITE)))
		return err;
	return vnode_truncate(p.v, size);
}
SYSCALL(76, truncate, FULL);

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
SYSCALL(77, ftruncate, FULL);
