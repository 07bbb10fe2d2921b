#include "file.h"

int stat_walk(int dirfd, const char *path, int flags, struct path *p, struct stat *st)
{
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_STATX_SYNC_TYPE))
		return -EINVAL;
	int err = at_walk(dirfd, path, flags, flags & AT_SYMLINK_NOFOLLOW ? LOOKUP_NOFOLLOW : 0, p);
	return err ? err : vnode_stat(p->v, st);
}

static long put(int dirfd, const char *path, int flags, struct stat *user)
{
	struct stat st;

	KERNEL_LOCK();
	PATH_VAR(p);
	int err = stat_walk(dirfd, path, flags, &p, &st);
	if (err)
		return err;
	CHECK_WRITE(user, sizeof(st));
	*user = st;
	return 0;
}

long sys_stat(const char *path, struct stat *st)
{
	return put(AT_FDCWD, path, 0, st);
}
SYSCALL(4, stat, FULL);

long sys_lstat(const char *path, struct stat *st)
{
	return put(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, st);
}
SYSCALL(6, lstat, FULL);

long sys_newfstatat(int dirfd, const char *path, struct stat *st, int flags)
{
	return put(dirfd, path, flags, st);
}
SYSCALL(262, newfstatat, FULL);
