/* Mounting of file systems, see fs/mounting. */
#include "interface.h"

struct text;

/* mount(2) and umount2(2) with strings of the kernel's. 0 or -errno. */
INTERFACE(int, vfs_mount, (const char *source, const char *target, const char *type, unsigned long flags, const char *options),
	(source, target, type, flags, options), -EPERM)
INTERFACE(int, vfs_unmount, (const char *target, int flags), (target, flags), -EPERM)
/* The mounts of the kernel command line, at boot. A program without one of them would not be right: the guest ends. */
INTERFACE_OF_LOADED(void, mounts_at_boot, (void), (), )
/* Lines of /proc/filesystems. */
INTERFACE_OF_LOADED(void, file_systems_show, (struct text *t), (t), )
