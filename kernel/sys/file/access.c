#include "file.h"

/* The one user is root: everything, but for executing what nobody may and writing what cannot be. */
long do_access(int dirfd, const char *path, int mode, int flags)
{
	PATH_VAR(p);

	if (mode & ~(R_OK | W_OK | X_OK) || flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	int err = at_walk(dirfd, path, flags, flags & AT_SYMLINK_NOFOLLOW ? LOOKUP_NOFOLLOW : 0, &p);
	if (err)
		return err;
	if (mode & X_OK && !S_ISDIR(p.v->mode) && !(p.v->mode & 0111))
		return -EACCES;
	if (mode & W_OK && (S_ISREG(p.v->mode) || S_ISDIR(p.v->mode) || S_ISLNK(p.v->mode)))
		return vnode_writable(p.v);
	return 0;
}

long sys_access(const char *path, int mode)
{
	KERNEL_LOCK();
	return do_access(AT_FDCWD, path, mode, 0);
}
SYSCALL(21, access);

long sys_faccessat(int dirfd, const char *path, int mode)
{
	KERNEL_LOCK();
	return do_access(dirfd, path, mode, 0);
}
SYSCALL(269, faccessat);

long sys_faccessat2(int dirfd, const char *path, int mode, int flags)
{
	KERNEL_LOCK();
	return do_access(dirfd, path, mode, flags);
}
SYSCALL(439, faccessat2);
