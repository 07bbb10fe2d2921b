/* mq_open(2), mq_unlink(2), mq_getsetattr(2) */
#include "linux_file.h"
#include "mqueue.h"
#include "permission.h"

/* A name as the C library passes it, without the slash in front. */
static int check_name(const char *name)
{
	long n = user_strlen(name, PATH_MAX);

	if (n <= 0)
		return n ? n : -ENOENT;
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return -EACCES;
	for (long i = 0; i < n; i++)
		if (name[i] == '/')
			return -EACCES;
	return n > NAME_MAX ? -ENAMETOOLONG : 0;
}

static int find_or_make(const char *name, int flags, u32 mode, const struct mq_attr *attr, struct mqueue **out)
{
	static const struct mq_attr usual = { .max = MQ_MESSAGES, .size = MQ_SIZE };
	static const u8 wants[] = { MAY_READ, MAY_WRITE, MAY_READ | MAY_WRITE };

	if (!(*out = mqueue_find(name)))
		return flags & O_CREAT ? mqueue_make(name, mode, attr ? attr : &usual, out) : -ENOENT;
	if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
		return -EEXIST;
	return (flags & O_ACCMODE) == O_ACCMODE ? -EINVAL : permission(&(*out)->v, wants[flags & O_ACCMODE]);
}

long sys_mq_open(const char *name, int flags, u32 mode, const struct mq_attr *attr)
{
	struct mqueue *q;
	struct file *f;

	KERNEL_LOCK();
	if (flags & O_CREAT && attr)
		CHECK_READ(attr, sizeof(*attr));
	int err = check_name(name);
	if (!err)
		err = find_or_make(name, flags, mode, attr, &q);
	if (!err)
		err = vnode_open(&q->v, flags & (O_ACCMODE | O_NONBLOCK), &f);
	if (err)
		return err;
	KEEP(procnode_mqueue_queues_max);
	KEEP(procnode_mqueue_msg_max);
	KEEP(procnode_mqueue_msgsize_max);
	KEEP(procnode_mqueue_msg_default);
	KEEP(procnode_mqueue_msgsize_default);
	if ((f->path = kmalloc(strlen(name) + 2))) {
		f->path[0] = '/';
		memcpy(f->path + 1, name, strlen(name) + 1);
	}
	return fd_install(f, 0, true);
}
SYSCALL(240, mq_open, PARTIAL("no mqueue file system to mount"));

long sys_mq_unlink(const char *name)
{
	KERNEL_LOCK();
	int err = check_name(name);
	struct mqueue *q = err ? NULL : mqueue_find(name);
	if (!q)
		return err ? err : -ENOENT;
	if (!owner_or_capable(&q->v))
		return -EPERM;
	mqueue_unlink(q);
	return 0;
}
SYSCALL(241, mq_unlink, FULL);

static long getsetattr(struct file *f, const struct mq_attr *new, struct mq_attr *old)
{
	const struct mqueue *q = mqueue_of(f);
	struct mq_attr was = { .flags = f->flags & O_NONBLOCK };

	if (!q)
		return -EBADF;
	was.max = q->max;
	was.size = q->size;
	was.count = q->count;
	if (new)
		f->flags = (f->flags & ~O_NONBLOCK) | new->flags;
	if (old)
		*old = was;
	return 0;
}

long sys_mq_getsetattr(int fd, const struct mq_attr *new, struct mq_attr *old)
{
	KERNEL_LOCK();
	if (new) {
		CHECK_READ(new, sizeof(*new));
		if (new->flags & ~O_NONBLOCK)
			return -EINVAL;
	}
	if (old)
		CHECK_WRITE(old, sizeof(*old));
	struct file *f = fd_get(fd);
	if (!f)
		return -EBADF;
	long r = getsetattr(f, new, old);
	file_put(f);
	return r;
}
SYSCALL(245, mq_getsetattr, FULL);
