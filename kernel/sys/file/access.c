#include "file.h"

OPTIONAL int proc_no_write(const struct vnode *v) { (void)v; return 0; }	/* fs/procfs.c */

static long check(int dirfd, const char *path, int mode, int flags)
{
	PATH_VAR(p);
	int err = at_walk(dirfd, path, flags, flags & AT_SYMLINK_NOFOLLOW ? LOOKUP_NOFOLLOW : 0, &p);

	if (err)
		return err;
	/* nobody executes what has no such bit, nor writes what cannot be written */
	if (mode & X_OK && !S_ISDIR(p.v->mode) && !(p.v->mode & 0111))
		return -EACCES;
	if (mode & W_OK && (S_ISREG(p.v->mode) || S_ISDIR(p.v->mode) || S_ISLNK(p.v->mode)) && p.v->mount && p.v->mount->readonly)
		return -EROFS;
	err = mode & W_OK ? proc_no_write(p.v) : 0;
	return err ? err : permission(p.v, mode);
}

long do_access(int dirfd, const char *path, int mode, int flags)
{
	if (mode & ~(R_OK | W_OK | X_OK) || flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	current()->as_real = !(flags & AT_EACCESS);
	long r = check(dirfd, path, mode, flags);
	current()->as_real = false;
	return r;
}

long sys_access(const char *path, int mode)
{
	KERNEL_LOCK();
	return do_access(AT_FDCWD, path, mode, 0);
}
SYSCALL(21, access, FULL);

long sys_faccessat(int dirfd, const char *path, int mode)
{
	KERNEL_LOCK();
	return do_access(dirfd, path, mode, 0);
}
SYSCALL(269, faccessat, FULL);

long sys_faccessat2(int dirfd, const char *path, int mode, int flags)
{
	KERNEL_LOCK();
	return do_access(dirfd, path, mode, flags);
}
SYSCALL(439, faccessat2, FULL);
