#include "file.h"
#include "io_counted.h"

/* One read for several small buffers: an eventfd wants room for all its bytes at once. */
static long scatter(struct file *f, const struct iovs *i, u64 *pos)
{
	char *buf = kmalloc(i->total);

	if (!buf)
		return -ENOMEM;
	long r = file_read(f, buf, i->total, pos);
	for (long k = 0, at = 0; at < r; at += i->v[k++].len) {
		size_t part = min(i->v[k].len, (size_t)(r - at));
		/* not all are looked at before (room.c) */
		if (user_copy(i->v[k].base, buf + at, part) < part)
			r = -EFAULT;
	}
	kfree(buf);
	return r;
}

/* fs/socket_vector.c, when linked: a vector is one message. */
OPTIONAL long socket_readv(struct file *f, const struct iovec *v, u32 n, size_t total)
{
	return -EINVAL;
}

long file_readv(struct file *f, const struct iovs *i, u64 *pos)
{
	size_t done = 0;

	if (!i->total) {	/* the descriptor is still checked */
		if (!file_reads(f))
			return -EBADF;
		return f->ops->read || S_ISDIR(f->vnode->mode) ? 0 : -EINVAL;
	}
	if (S_ISSOCK(f->vnode->mode))
		return socket_readv(f, i->v, i->n, i->total);
	if (i->n > 1 && i->total <= GATHER_MAX && !file_positioned(f))
		return scatter(f, i, pos);
	for (u32 k = 0; k < i->n; k++) {
		struct iovec v = i->v[k];
		if (!v.len)
			continue;
		/* a second buffer waits for nothing */
		if (done && !file_positioned(f) && f->ops->poll && !(f->ops->poll(f, NULL) & POLLIN))
			break;
		long r = file_read(f, v.base, v.len, pos);
		if (r < 0)
			return done ? (long)done : r;
		done += r;
		if ((size_t)r < v.len)
			break;
	}
	return done;
}

long sys_readv(int fd, const struct iovec *user, unsigned long n)
{
	struct iovs i;

	KERNEL_LOCK();
	FD_FILE(f, fd);
	int err = iov_import_for(f, &i, user, n, false, f->pos);
	if (err)
		return err;
	long r = io_counted(file_readv(f, &i, &f->pos), false);
	iov_free(&i);
	return r;
}
SYSCALL(19, readv, FULL);
