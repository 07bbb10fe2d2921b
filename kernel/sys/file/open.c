#include "file.h"

long do_open(int dirfd, const char *user, int flags, u32 mode, int lookup)
{
	struct vnode *start;
	struct file *f, *base;
	char *path;

	flags &= OPEN_FLAGS;
	int err = path_get(user, &path);
	if (err)
		return err;
	if (!(err = at_start(dirfd, path, 0, &start, &base)))
		err = vfs_open(start, path, flags, mode, lookup, &f);
	if (base)
		file_put(base);
	kfree(path);
	if (err)
		return err;
	if (!(flags & O_PATH))
		f->flags |= O_LARGEFILE | (flags & O_DIRECTORY);
	KEEP(at_walk);
	KEEP(unnamed_files);
	return fd_install(f, 0, flags & O_CLOEXEC);
}

long sys_open(const char *path, int flags, u32 mode)
{
	KERNEL_LOCK();
	return do_open(AT_FDCWD, path, flags, mode, 0);
}
SYSCALL(2, open, FULL);

long sys_openat(int dirfd, const char *path, int flags, u32 mode)
{
	KERNEL_LOCK();
	return do_open(dirfd, path, flags, mode, 0);
}
SYSCALL(257, openat, FULL);

long sys_creat(const char *path, u32 mode)
{
	KERNEL_LOCK();
	return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode, 0);
}
SYSCALL(85, creat, FULL);
