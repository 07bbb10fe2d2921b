#include "file.h"
#include "inotify.h"

long do_symlink(const char *user, int dirfd, const char *path)
{
	PATH_VAR(p);
	char *target;
	int err = path_get(user, &target);

	if (err)
		return err;
	if (!*target)
		err = -ENOENT;
	if (!err)
		err = at_new(dirfd, path, false, &p);
	if (!err)
		err = p.parent->ops->symlink ? p.parent->ops->symlink(p.parent, p.name, p.len, target) : -EPERM;
	if (!err)
		notify_entry(p.parent, p.name, NULL, IN_CREATE);
	kfree(target);
	return err;
}

long sys_symlink(const char *target, const char *path)
{
	KERNEL_LOCK();
	return do_symlink(target, AT_FDCWD, path);
}
SYSCALL(88, symlink, FULL);

long sys_symlinkat(const char *target, int dirfd, const char *path)
{
	KERNEL_LOCK();
	return do_symlink(target, dirfd, path);
}
SYSCALL(266, symlinkat, FULL);
