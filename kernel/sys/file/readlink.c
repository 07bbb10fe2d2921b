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
	vnode_accessed(p.v);
	size_t room = user_room(buf, size, PROT_WRITE);
	if (room == (size_t)size)
		return p.v->ops->readlink(p.v, buf, size);
	char *copy = kmalloc(room + 1);		/* it may be shorter than the buffer is said to be */
	if (!copy)
		return -ENOMEM;
	long n = p.v->ops->readlink(p.v, copy, room + 1);
	if (n > (long)room)
		n = -EFAULT;
	else if (n > 0)
		memcpy(buf, copy, n);
	kfree(copy);
	return n;
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
