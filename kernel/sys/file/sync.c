/* What is written to files lies in memory, and there it stays; only disks and
 * other machines may have something to bring to safety. */
#include "disks.h"
#include "file.h"
#include "file_sync.h"
#include "fsync.h"

long sys_sync(void)
{
	KERNEL_LOCK();
	file_systems_sync(false);
	return disks_flush();
}
SYSCALL(162, sync, FULL);

static long check(int fd, bool data_only)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	return file_sync(f, data_only);
}

long sys_fsync(int fd)
{
	return check(fd, false);
}
SYSCALL(74, fsync, FULL);

long sys_fdatasync(int fd)
{
	return check(fd, true);
}
SYSCALL(75, fdatasync, FULL);

long sys_syncfs(int fd)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	file_systems_sync(false);
	return disks_flush();
}
SYSCALL(306, syncfs, FULL);

long sys_sync_file_range(int fd, s64 offset, s64 n, u32 flags)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	if (offset < 0 || n < 0 || (s64)((u64)offset + n) < 0 || flags & ~7)
		return -EINVAL;
	u32 mode = f->vnode->mode;
	return S_ISREG(mode) || S_ISDIR(mode) || S_ISBLK(mode) ? check(fd, true) : -ESPIPE;
}
SYSCALL(277, sync_file_range, PARTIAL("writes everything"));
