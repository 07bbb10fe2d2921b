/* inotify_init(2), inotify_add_watch(2), inotify_rm_watch(2). */
#include "../file/file.h"
#include "inotify.h"

#define ALL_BITS	0xf700efffU	/* every bit of inotify(7) */

long sys_inotify_init1(int flags)
{
	KERNEL_LOCK();
	KEEP(procnode_inotify);
	if (flags & ~(O_NONBLOCK | O_CLOEXEC))
		return -EINVAL;
	return inotify_install(flags);
}
SYSCALL(294, inotify_init1, FULL);

long sys_inotify_init(void)
{
	return sys_inotify_init1(0);
}
SYSCALL(253, inotify_init, FULL);

long sys_inotify_add_watch(int fd, const char *path, u32 mask)
{
	PATH_VAR(p);

	KERNEL_LOCK();
	if (!(mask & ALL_BITS) || (mask & (IN_MASK_ADD | IN_MASK_CREATE)) == (IN_MASK_ADD | IN_MASK_CREATE))
		return -EINVAL;
	FD_FILE(f, fd);
	if (!inotify_of(f))
		return -EINVAL;
	int err = at_walk(AT_FDCWD, path, 0, (mask & IN_DONT_FOLLOW ? LOOKUP_NOFOLLOW : 0) | (mask & IN_ONLYDIR ? LOOKUP_DIRECTORY : 0), &p);
	return err ? err : inotify_watch(inotify_of(f), p.v, mask);
}
SYSCALL(254, inotify_add_watch, PARTIAL("changed attributes are reported for the name that was opened last"));

long sys_inotify_rm_watch(int fd, int wd)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	return inotify_of(f) ? inotify_forget(inotify_of(f), wd) : -EINVAL;
}
SYSCALL(255, inotify_rm_watch, FULL);
