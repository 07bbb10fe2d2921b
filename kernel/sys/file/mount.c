/* Mounting is the image's business, not the program's. */
#include "file.h"

long sys_mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data)
{
	return -EPERM;
}
SYSCALL(165, mount);

long sys_umount2(const char *target, int flags)
{
	return -EPERM;
}
SYSCALL(166, umount2);

long sys_chroot(const char *path)
{
	return -EPERM;
}
SYSCALL(161, chroot);
