#include "file.h"
#include "inotify.h"
#include "memfd.h"
#include "overlay.h"
#include "../../fs/ramfs.h"

#define FALLOC_FL_KEEP_SIZE	1
#define FALLOC_FL_PUNCH_HOLE	2
#define FALLOC_FL_ZERO_RANGE	0x10

/* Whole pages become holes, parts of pages zeroes. */
static void clear(struct vnode *v, u64 pos, u64 end)
{
	u64 first = (pos + PAGE_SIZE - 1) / PAGE_SIZE, last = end / PAGE_SIZE;
	void *page;

	if (first < last)
		v->ops->discard(v, first, last);
	for (end = min(end, v->size); pos < end;) {
		u64 in = pos % PAGE_SIZE, part = min(end - pos, PAGE_SIZE - in);
		if (first < last && pos == first * PAGE_SIZE) {
			pos = last * PAGE_SIZE;
			continue;
		}
		if (!vnode_run(v, pos / PAGE_SIZE, NULL) && !v->ops->getpage(v, pos / PAGE_SIZE, true, &page)) {
			memset((char *)page + in, 0, part);
			page_put(page);
		}
		pos += part;
	}
}

/* Room for [pos, end): pages that are holes as long as nothing is written. */
static int reserve(struct vnode *v, u64 pos, u64 end, bool keep_size)
{
	int err = keep_size || end <= v->size ? 0 : file_size_check(v, end);

	if (err || (err = ram_reserve(overlay_real(v), pos / PAGE_SIZE, (end + PAGE_SIZE - 1) / PAGE_SIZE)))
		return err;
	if (!keep_size && end > v->size)
		v->size = end;
	v->mtime_ns = v->ctime_ns = now_realtime();
	return 0;
}

/* What no file system has: collapsing, inserting and the like. */
static int mode_check(int mode)
{
	if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE))
		return -EOPNOTSUPP;
	if (mode & FALLOC_FL_PUNCH_HOLE && mode != (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE))
		return -EOPNOTSUPP;
	return 0;
}

/* By the file system itself. */
static int allocate_shared(struct vnode *v, int mode, u64 pos, u64 len)
{
	const struct shared_ops *s = v->ops->shared;
	int err = s && s->allocate ? s->allocate(v, mode, pos, len) : -EOPNOTSUPP;

	if (!err)
		notify_file(v, IN_MODIFY);
	return err;
}

/* fallocate(2), with what Linux's tmpfs knows, room and holes, and what other file systems do by themselves. */
long sys_fallocate(int fd, int mode, s64 offset, s64 len)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	struct vnode *v = f->vnode;
	u64 end = (u64)offset + len;
	bool punch = mode & FALLOC_FL_PUNCH_HOLE;

	if (offset < 0 || len <= 0)
		return -EINVAL;
	int err = mode_check(mode);
	if (err)
		return err;
	if (!file_writes(f))
		return -EBADF;
	if (S_ISFIFO(v->mode))
		return -ESPIPE;
	if (S_ISDIR(v->mode))
		return -EISDIR;
	if (!S_ISREG(v->mode))
		return -ENODEV;
	if ((s64)end < 0)
		return -EFBIG;
	if (!v->ops->discard)
		return allocate_shared(v, mode, offset, len);
	if (mode & FALLOC_FL_ZERO_RANGE)
		return -EOPNOTSUPP;
	if (memfd_sealed(v, mode & FALLOC_FL_KEEP_SIZE ? v->size : max(end, v->size), punch))
		return -EPERM;
	if (punch) {
		clear(v, offset, end);
		v->mtime_ns = v->ctime_ns = now_realtime();
	}
	err = punch ? 0 : reserve(v, offset, end, mode & FALLOC_FL_KEEP_SIZE);
	if (!err)
		notify_file(v, IN_MODIFY);
	return err;
}
SYSCALL(285, fallocate, FULL);
