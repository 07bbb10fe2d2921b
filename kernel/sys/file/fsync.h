/* fsync(2) of an open file, and what else means it. */
#ifndef SYS_FILE_FSYNC_H
#define SYS_FILE_FSYNC_H

#include "file.h"

#define BLKFLSBUF 0x1261

static inline int file_sync(struct file *f, bool data_only)
{
	u32 mode = f->vnode->mode;

	if (S_ISBLK(mode))
		return f->ops->ioctl(f, BLKFLSBUF, 0);
	const struct shared_ops *s = f->vnode->ops->shared;
	if (s)
		return s->sync(f, data_only);
	return S_ISREG(mode) || S_ISDIR(mode) ? 0 : -EINVAL;
}

#endif
