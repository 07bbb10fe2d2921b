/* Reading and writing an open file. */
#include "inotify.h"
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

long file_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	if (!file_reads(f) || f->flags & O_PATH)
		return -EBADF;
	if (!f->ops->read)
		return S_ISDIR(f->vnode->mode) ? -EISDIR : -EINVAL;
	long r = f->ops->read(f, buf, min(n, MAX_RW_COUNT), pos);
	if (r > 0)
		notify_used(f, IN_ACCESS);
	return r;
}

long file_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	if (!file_writes(f) || f->flags & O_PATH)
		return -EBADF;
	if (!f->ops->write)
		return -EINVAL;
	long r = f->ops->write(f, buf, min(n, MAX_RW_COUNT), pos);
	if (r > 0)
		notify_used(f, IN_MODIFY);
	return r;
}
