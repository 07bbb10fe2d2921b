#include "file.h"

long sys_fstat(int fd, struct stat *st)
{
	KERNEL_LOCK();
	FD_ANY(f, fd);
	CHECK_WRITE(st, sizeof(*st));
	return vnode_stat(f->vnode, st);
}
SYSCALL(5, fstat, FULL);
