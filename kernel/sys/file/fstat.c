#include "file.h"

long sys_fstat(int fd, struct stat *st)
{
	KERNEL_LOCK();
	FD_ANY(f, fd);
	CHECK_WRITE(st, sizeof(*st));
	vnode_stat(f->vnode, st);
	return 0;
}
SYSCALL(5, fstat);
