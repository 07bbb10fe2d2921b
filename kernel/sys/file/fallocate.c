#include "file.h"
#include "inotify.h"
#include "memfd.h"

#define FALLOC_FL_KEEP_SIZE	1
#define FALLOC_FL_PUNCH_HOLE	2
#define FALLOC_FL_ZERO_RANGE	16

/* Whole pages become holes, parts of pages zeroes. */
static void clear(struct vnode *v, u64 pos, u64 end)
{
	u64 first = (pos + PAGE_SIZE - 1) / PAGE_SIZE, last = end / PAGE_SIZE;
	void *page;

	if (first < last)
		v->ops->discard(v, first, last);
	for (end = min(end, v->size); pos < end;) {
		u64 in = pos % PAGE_SIZE, part = min(end - pos, PAGE_SIZE - in);
		if (!v->ops->hole(v, pos / PAGE_SIZE) && !v->ops->getpage(v, pos / PAGE_SIZE, true, &page)) {
			memset((char *)page + in, 0, part);
			page_put(page);
		}
		pos += part;
	}
}

/* fallocate(2). Space is checked, not set aside: as on Linux's tmpfs what was not written yet is a hole. */
long sys_fallocate(int fd, int mode, s64 offset, s64 len)
{
	KERNEL_LOCK();
	if (offset < 0 || len <= 0)
		return -EINVAL;
	FD_FILE(f, fd);
	struct vnode *v = f->vnode;
	u64 end = (u64)offset + len;

	if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE) ||
	    (mode & FALLOC_FL_PUNCH_HOLE && mode != (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)))
		return -EOPNOTSUPP;
	if ((f->flags & O_ACCMODE) == O_RDONLY)
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
		return -EOPNOTSUPP;
	if (memfd_sealed(v, mode & FALLOC_FL_KEEP_SIZE ? v->size : max(end, v->size), mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)))
		return -EPERM;
	if (mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE))
		clear(v, offset, end);
	if (!(mode & FALLOC_FL_KEEP_SIZE) && end > v->size) {
		int err = file_size_check(v, end);
		if (err)
			return err;
		u64 free = v->mount ? min(mem_free_pages, RAM_LIMIT - v->mount->blocks) : mem_free_pages;
		if (end - v->size > free * PAGE_SIZE)
			return -ENOSPC;
		v->size = end;
		v->mtime_ns = v->ctime_ns = now_realtime();
	}
	notify_file(v, IN_MODIFY);
	return 0;
}
SYSCALL(285, fallocate, PARTIAL("no COLLAPSE_RANGE, INSERT_RANGE or UNSHARE_RANGE"));
