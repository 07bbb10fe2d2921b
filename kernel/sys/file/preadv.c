#include "file.h"
#include "fsync.h"
#include "io_counted.h"

#define RWF_SUPPORTED	0x1f	/* RWF_HIPRI, DSYNC, SYNC, NOWAIT, APPEND */
#define RWF_DSYNC	2
#define RWF_SYNC	4
#define RWF_NOWAIT	8
#define RWF_APPEND	16

/* What one write asked for in place of the file's O_SYNC. Pipes and the like have nothing to bring to safety. */
static int synced(struct file *f, int flags)
{
	u32 mode = f->vnode->mode;

	return flags & (RWF_DSYNC | RWF_SYNC) && (S_ISREG(mode) || S_ISBLK(mode)) ? file_sync(f, !(flags & RWF_SYNC)) : 0;
}

static long run(int fd, const struct iovec *user, unsigned long n, s64 offset, int flags, bool write, bool v2)
{
	u64 own = offset;
	struct iovs i;

	KERNEL_LOCK();
	bool at_pos = v2 && offset == -1;
	if (offset < 0 && !at_pos)
		return -EINVAL;
	FD_FILE(f, fd);
	if (!file_positioned(f) && !at_pos)
		return -ESPIPE;
	int err = iov_import_for(f, &i, user, n, write, at_pos ? f->pos : own);
	if (err)
		return err;
	if (i.total && (flags & ~RWF_SUPPORTED || flags & RWF_NOWAIT)) {
		err = -EOPNOTSUPP;
	} else if (write && flags & RWF_APPEND && S_ISREG(f->vnode->mode)) {
		err = vnode_refresh(f->vnode);
		own = f->vnode->size;
	}
	u64 *pos = at_pos && !(flags & RWF_APPEND) ? &f->pos : &own;
	long r = err ? err : io_counted(write ? file_writev(f, &i, pos) : file_readv(f, &i, pos), write);
	iov_free(&i);
	if (r > 0 && write && (err = synced(f, flags)))
		r = err;
	return r;
}

long sys_preadv(int fd, const struct iovec *v, unsigned long n, s64 low)
{
	return run(fd, v, n, low, 0, false, false);
}
SYSCALL(295, preadv, FULL);

long sys_pwritev(int fd, const struct iovec *v, unsigned long n, s64 low)
{
	return run(fd, v, n, low, 0, true, false);
}
SYSCALL(296, pwritev, FULL);

long sys_preadv2(int fd, const struct iovec *v, unsigned long n, s64 low, u64 high, int flags)
{
	return run(fd, v, n, low, flags, false, true);
}
SYSCALL(327, preadv2, PARTIAL("no RWF_NOWAIT"));

long sys_pwritev2(int fd, const struct iovec *v, unsigned long n, s64 low, u64 high, int flags)
{
	return run(fd, v, n, low, flags, true, true);
}
SYSCALL(328, pwritev2, PARTIAL("no RWF_NOWAIT"));
