#include "file.h"

int stat_at(int dirfd, const char *path, int flags, struct stat *st)
{
	PATH_VAR(p);

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_STATX_SYNC_TYPE))
		return -EINVAL;
	int err = at_walk(dirfd, path, flags, flags & AT_SYMLINK_NOFOLLOW ? LOOKUP_NOFOLLOW : 0, &p);
	if (err)
		return err;
	return vnode_stat(p.v, st);
}

static long put(int dirfd, const char *path, int flags, struct stat *user)
{
	struct stat st;

	KERNEL_LOCK();
	int err = stat_at(dirfd, path, flags, &st);
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
