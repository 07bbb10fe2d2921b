#include "file.h"
#include "io_counted.h"

/* One write for several small buffers: a pipe must not mix them with another
 * writer's, and a console pays for each request. */
static long gather(struct file *f, const struct iovs *i, u64 *pos)
{
	char *buf = kmalloc(i->total);
	size_t n = 0;

	if (!buf)
		return -ENOMEM;
	for (u32 k = 0; k < i->n; n += i->v[k++].len)
		memcpy(buf + n, i->v[k].base, i->v[k].len);
	long r = file_write(f, buf, n, pos);
	kfree(buf);
	return r;
}

/* fs/socket_vector.c, when linked: a vector is one message. */
OPTIONAL long socket_writev(struct file *f, const struct iovec *v, u32 n, size_t total)
{
	return -EINVAL;
}

long file_writev(struct file *f, const struct iovs *i, u64 *pos)
{
	u32 last = 0, used = 0;
	size_t done = 0;

	for (u32 k = 0; k < i->n; k++)
		if (i->v[k].len) {
			last = k;
			used++;
		}
	if (used && S_ISSOCK(f->vnode->mode))
		return socket_writev(f, i->v, i->n, i->total);
	if (used > 1 && !f->ops->seek && i->total <= GATHER_MAX)
		return gather(f, i, pos);
	if (used == 1)
		return file_write(f, i->v[last].base, i->total, pos);
	if (!used) {	/* the descriptor is still checked */
		if (!file_writes(f))
			return -EBADF;
		return f->ops->write ? 0 : -EINVAL;
	}
	for (u32 k = 0; k < i->n; k++) {
		if (!i->v[k].len)
			continue;
		long r = file_write(f, i->v[k].base, i->v[k].len, pos);
		if (r < 0)
			return done ? (long)done : r;
		done += r;
		if ((size_t)r < i->v[k].len)
			break;
	}
	return done;
}

/* room.c, when linked with another call that reads or writes: printf() needs none of it. */
OPTIONAL int iov_import_write(struct file *f, struct iovs *i, const struct iovec *user, unsigned long n)
{
	return iov_import(i, user, n, PROT_READ);
}

long sys_writev(int fd, const struct iovec *user, unsigned long n)
{
	struct iovs i;

	KERNEL_LOCK();
	FD_FILE(f, fd);
	int err = iov_import_write(f, &i, user, n);
	if (err)
		return err;
	long r = io_counted(file_writev(f, &i, &f->pos), true);
	iov_free(&i);
	return r;
}
SYSCALL(20, writev, FULL);
