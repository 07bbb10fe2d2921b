#include "file.h"

long sys_readahead(int fd, s64 offset, size_t n)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	if ((f->flags & O_ACCMODE) == O_WRONLY)
		return -EBADF;
	if (!S_ISREG(f->vnode->mode) || (s64)n < 0)
		return -EINVAL;
	vnode_readahead(f->vnode, offset, min(n, (size_t)1 << 20));
	return 0;
}
SYSCALL(187, readahead, FULL);

#define POSIX_FADV_WILLNEED	3
#define POSIX_FADV_NOREUSE	5

long sys_fadvise64(int fd, s64 offset, s64 n, int advice)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	if (S_ISFIFO(f->vnode->mode))
		return -ESPIPE;
	if (advice < 0 || advice > POSIX_FADV_NOREUSE || n < 0)
		return -EINVAL;
	if (advice == POSIX_FADV_WILLNEED && S_ISREG(f->vnode->mode))
		vnode_readahead(f->vnode, offset, n ? min(n, 1L << 20) : 1L << 20);
	return 0;
}
SYSCALL(221, fadvise64, PARTIAL("only WILLNEED reads ahead"));
