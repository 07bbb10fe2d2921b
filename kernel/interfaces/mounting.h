/* Mounting of file systems, see fs/mounting. */
#include "interface.h"

/* mount(2) and umount2(2) with strings of the kernel's. 0 or -errno. */
INTERFACE(int, vfs_mount, (const char *source, const char *target, const char *type, unsigned long flags, const char *options),
	(source, target, type, flags, options), -EPERM)
INTERFACE(int, vfs_unmount, (const char *target, int flags), (target, flags), -EPERM)
