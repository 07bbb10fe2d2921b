/* What the files here share. */
#ifndef FILE_SYSTEM_H
#define FILE_SYSTEM_H

#include "kernel.h"
#include "linux_file.h"
#include "mounting.h"
#include "vfs.h"

/* Flags of mount(2) (Linux include/uapi/linux/mount.h). The others are hints, or forbid what is not there anyway. */
#define MS_RDONLY	1
#define MS_REMOUNT	32
#define MS_BIND		4096
#define MS_MOVE		8192
#define MS_PROPAGATION	(15 << 17)	/* MS_UNBINDABLE, MS_PRIVATE, MS_SLAVE, MS_SHARED */
#define MS_MAGIC_MASK	0xffff0000
#define MS_MAGIC	0xc0ed0000	/* from programs of old */

/* types.c: the type of that name, after asking for its module; NULL: there is none. */
struct file_system *file_system_find(const char *name);

/* mount.c: mount(2). MAKE: of the target, only the parent directory need exist. */
int mount_on(const char *source, const char *target, const char *type, unsigned long flags, const char *options, bool make);

#endif
