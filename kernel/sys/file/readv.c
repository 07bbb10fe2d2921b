#include "file.h"

long file_readv(struct file *f, const struct iovs *i, u64 *pos)
{
	size_t done = 0;

	for (u32 k = 0; k < i->n || !done; k++) {
		/* an empty vector still has its descriptor checked */
		struct iovec v = k < i->n ? i->v[k] : (struct iovec){ 0 };
		if (!v.len && k < i->n)
			continue;
		/* a second buffer waits for nothing */
		if (done && !f->ops->seek && f->ops->poll && !(f->ops->poll(f, NULL) & POLLIN))
			break;
		long r = file_read(f, v.base, v.len, pos);
		if (r < 0)
			return done ? (long)done : r;
		done += r;
		if ((size_t)r < v.len || k >= i->n)
			break;
	}
	return done;
}

long sys_readv(int fd, const struct iovec *user, unsigned long n)
{
	struct iovs i;

	KERNEL_LOCK();
	FD_FILE(f, fd);
	int err = iov_import(&i, user, n, PROT_WRITE);
	if (err)
		return err;
	long r = file_readv(f, &i, &f->pos);
	iov_free(&i);
	return r;
}
SYSCALL(19, readv);
