/* Extended attributes (xattr(7)): no file system here has them. */
#include "file.h"

long sys_setxattr(const char *path)
{
	KERNEL_LOCK();
	PATH_VAR(p);
	int err = at_walk(AT_FDCWD, path, 0, 0, &p);
	return err ? err : -EOPNOTSUPP;
}
SYSCALL(188, setxattr);

long sys_lsetxattr(const char *path)
{
	KERNEL_LOCK();
	PATH_VAR(p);
	int err = at_walk(AT_FDCWD, path, 0, LOOKUP_NOFOLLOW, &p);
	return err ? err : -EOPNOTSUPP;
}
SYSCALL(189, lsetxattr);

long sys_fsetxattr(int fd)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	return -EOPNOTSUPP;
}
SYSCALL(190, fsetxattr);

long sys_getxattr(const char *path)
{
	KERNEL_LOCK();
	PATH_VAR(p);
	int err = at_walk(AT_FDCWD, path, 0, 0, &p);
	return err ? err : -EOPNOTSUPP;
}
SYSCALL(191, getxattr);

long sys_lgetxattr(const char *path)
{
	KERNEL_LOCK();
	PATH_VAR(p);
	int err = at_walk(AT_FDCWD, path, 0, LOOKUP_NOFOLLOW, &p);
	return err ? err : -EOPNOTSUPP;
}
SYSCALL(192, lgetxattr);

long sys_fgetxattr(int fd)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	return -EOPNOTSUPP;
}
SYSCALL(193, fgetxattr);

long sys_listxattr(const char *path)
{
	KERNEL_LOCK();
	PATH_VAR(p);
	return at_walk(AT_FDCWD, path, 0, 0, &p);
}
SYSCALL(194, listxattr);

long sys_llistxattr(const char *path)
{
	KERNEL_LOCK();
	PATH_VAR(p);
	return at_walk(AT_FDCWD, path, 0, LOOKUP_NOFOLLOW, &p);
}
SYSCALL(195, llistxattr);

long sys_flistxattr(int fd)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	return 0;
}
SYSCALL(196, flistxattr);

long sys_removexattr(const char *path)
{
	KERNEL_LOCK();
	PATH_VAR(p);
	int err = at_walk(AT_FDCWD, path, 0, 0, &p);
	return err ? err : -EOPNOTSUPP;
}
SYSCALL(197, removexattr);

long sys_lremovexattr(const char *path)
{
	KERNEL_LOCK();
	PATH_VAR(p);
	int err = at_walk(AT_FDCWD, path, 0, LOOKUP_NOFOLLOW, &p);
	return err ? err : -EOPNOTSUPP;
}
SYSCALL(198, lremovexattr);

long sys_fremovexattr(int fd)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	return -EOPNOTSUPP;
}
SYSCALL(199, fremovexattr);
