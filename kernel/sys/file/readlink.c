#include "file.h"

long do_readlink(int dirfd, const char *path, char *buf, int size)
{
	PATH_VAR(p);

	if (size <= 0)
		return -EINVAL;
	int err = at_walk(dirfd, path, AT_EMPTY_PATH, LOOKUP_NOFOLLOW, &p);
	if (err)
		return err;
	if (!S_ISLNK(p.v->mode))
		return *path ? -EINVAL : -ENOENT;
	CHECK_WRITE(buf, size);
	return p.v->ops->readlink(p.v, buf, size);
}

long sys_readlink(const char *path, char *buf, int size)
{
	KERNEL_LOCK();
	return do_readlink(AT_FDCWD, path, buf, size);
}
SYSCALL(89, readlink, FULL);

long sys_readlinkat(int dirfd, const char *path, char *buf, int size)
{
	KERNEL_LOCK();
	return do_readlink(dirfd, path, buf, size);
}
SYSCALL(267, readlinkat, FULL);
