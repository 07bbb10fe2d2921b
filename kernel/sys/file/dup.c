#include "file.h"

/* TO < 0: the lowest free one. */
long do_dup(int from, int to, int flags)
{
	struct file *f = fd_get(from);

	if (!f)
		return -EBADF;
	if (to >= 0)
		return fd_replace(to, f, flags & O_CLOEXEC);
	return fd_install(f, 0, false);
}

long sys_dup(int fd)
{
	KERNEL_LOCK();
	return do_dup(fd, -1, 0);
}
SYSCALL(32, dup, FULL);

long sys_dup2(int from, int to)
{
	KERNEL_LOCK();
	if (from == to) {
		FD_ANY(f, from);
		return to;
	}
	return to < 0 ? -EBADF : do_dup(from, to, 0);
}
SYSCALL(33, dup2, FULL);

long sys_dup3(int from, int to, int flags)
{
	KERNEL_LOCK();
	if (flags & ~O_CLOEXEC || from == to)
		return -EINVAL;
	return to < 0 ? -EBADF : do_dup(from, to, flags);
}
SYSCALL(292, dup3, FULL);
