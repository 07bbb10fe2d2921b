/* Nothing is ever behind: what is written lies in memory, and there it stays. */
#include "file.h"

long sys_sync(void)
{
	return 0;
}
SYSCALL(162, sync);

static long check(int fd)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	return S_ISREG(f->vnode->mode) || S_ISDIR(f->vnode->mode) ? 0 : -EINVAL;
}

long sys_fsync(int fd)
{
	return check(fd);
}
SYSCALL(74, fsync);

long sys_fdatasync(int fd)
{
	return check(fd);
}
SYSCALL(75, fdatasync);

long sys_syncfs(int fd)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	return 0;
}
SYSCALL(306, syncfs);

long sys_sync_file_range(int fd, s64 offset, s64 n, u32 flags)
{
	if (offset < 0 || n < 0 || flags & ~7)
		return -EINVAL;
	return check(fd);
}
SYSCALL(277, sync_file_range);
