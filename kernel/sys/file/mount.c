/* mount(2), umount(2): fs/mounting has them, if it is in the image. */
#include "file.h"
#include "mounting.h"

/* A string of the program's, which may be NULL: then it is "". */
static int string_get(const char *user, char **out)
{
	if (user)
		return path_get(user, out);
	return (*out = kstrdup("")) ? 0 : -ENOMEM;
}

long sys_mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data)
{
	const char *const user[] = { source, target, type, data };
	char *s[array_len(user)] = { NULL };
	int err = 0;
	KERNEL_LOCK();

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	for (unsigned i = 0; i < array_len(user) && !err; i++)
		err = string_get(user[i], &s[i]);
	if (!err)
		err = vfs_mount(s[0], s[1], s[2], flags, s[3]);
	for (unsigned i = 0; i < array_len(user); i++)
		kfree(s[i]);
	return err;
}
SYSCALL(165, mount, PARTIAL("file systems that the image has, and remounting; no bind or propagation"));

long sys_umount2(const char *target, int flags)
{
	char *path;
	KERNEL_LOCK();

	int err = path_get(target, &path);
	if (err)
		return err;
	err = vfs_unmount(path, flags);
	kfree(path);
	return err;
}
SYSCALL(166, umount2, PARTIAL("no MNT_EXPIRE"));
