#include "file.h"

#define CLOSE_RANGE_UNSHARE	2
#define CLOSE_RANGE_CLOEXEC	4

/* close_range(2). There is one process, so its table is never shared. */
long sys_close_range(u32 first, u32 last, u32 flags)
{
	KERNEL_LOCK();
	if (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC) || first > last)
		return -EINVAL;
	if (first > 0x7fffffff)
		return 0;
	for (int fd = first; (fd = fd_next(fd)) >= 0 && (u32)fd <= last; fd++)
		if (flags & CLOSE_RANGE_CLOEXEC)
			fd_cloexec(fd, true);
		else
			fd_close(fd);
	return 0;
}
SYSCALL(436, close_range, FULL);
