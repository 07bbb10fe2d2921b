/* name_to_handle_at(2): no file system here has handles for its files. */
#include "file.h"

#define HANDLE_MAX	128
#define HANDLE_FID	0x200

struct handle { u32 bytes; int type; };

long sys_name_to_handle_at(int dirfd, const char *path, struct handle *user, int *mount, int flags)
{
	KERNEL_LOCK();
	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH | HANDLE_FID))
		return -EINVAL;
	PATH_VAR(p);
	int err = at_walk(dirfd, path, flags & AT_EMPTY_PATH, flags & AT_SYMLINK_FOLLOW ? 0 : LOOKUP_NOFOLLOW, &p);
	if (err)
		return err;
	return -EOPNOTSUPP;
}
SYSCALL(303, name_to_handle_at, PARTIAL("no file system has handles: EOPNOTSUPP"));
