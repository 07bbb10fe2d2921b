/* Both versions of the root file system. An image is linked with the reader of the one that it has: rofs1.c or rofs2.c. */
#ifndef ROFS_H
#define ROFS_H

#include "vfs.h"

/* A reader of root file systems, gathered by the linker. MOUNT says why it cannot read the device's, or gives NULL. */
struct root_fs { const char *(*mount)(struct mount *m, struct block_device *dev); };
#define ROOT_FS(sym, ...) \
	const struct root_fs sym GATHERED(".rootfs." #sym) = { __VA_ARGS__ }
extern const struct root_fs root_fs_start[], root_fs_end[];

#define ROFS_MAGIC	0xDEADBEAD
#define ROFS_SECTOR	512

/* rofs_pages.c: contents of files. vnode.data is the first of the sectors, which follow each other. */
int rofs_getpage(struct vnode *v, u64 index, bool for_write, void **page);
const void *rofs_direct(struct vnode *v, u64 pos);
extern struct block_device *rofs_device;
extern struct radix rofs_vnodes;	/* by inode number; each holds a reference for good */

#endif
