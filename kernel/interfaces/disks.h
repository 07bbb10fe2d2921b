/* Disks as files, see drivers/block_dev. */
#include "interface.h"

struct vnode;
struct file;

/* The node of the I-th disk, and its NAME of at most 7 bytes; NULL behind the last. */
INTERFACE(struct vnode *, devfs_disk, (u64 i, char *name), (i, name), NULL)
/* Opens what mknod() made as the block device RDEV. 0 or -errno. */
INTERFACE(int, devfs_disk_open, (u64 rdev, struct file *f), (rdev, f), -ENXIO)
/* Brings all that was written to safety. */
INTERFACE_OF_LOADED(int, disks_flush, (void), (), 0)
