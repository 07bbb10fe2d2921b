/* eventfd(2) */
#include "file.h"

#define EFD_SEMAPHORE	1
#define COUNT_MAX	0xfffffffffffffffeUL

struct eventfd {
	u64 count;
	bool semaphore;
	struct waitq read_q, write_q;
};

static long eventfd_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	struct eventfd *e = f->data;

	if (n < 8)
		return -EINVAL;
	while (!e->count) {
		int err = file_wait(f, &e->read_q, FOREVER);
		if (err)
			return err;
	}
	u64 got = e->semaphore ? 1 : e->count;
	e->count -= got;
	wake_all_for(&e->write_q, POLLOUT);
	*(u64 *)buf = got;
	return 8;
}

static long eventfd_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	struct eventfd *e = f->data;

	if (n != 8)
		return -EINVAL;
	u64 more = *(const u64 *)buf;
	if (more > COUNT_MAX)
		return -EINVAL;
	while (more > COUNT_MAX - e->count) {
		int err = file_wait(f, &e->write_q, FOREVER);
		if (err)
			return err;
	}
	e->count += more;
	wake_all_for(&e->read_q, POLLIN);
	return 8;
}

static int eventfd_poll(struct file *f, struct poll_table *pt)
{
	struct eventfd *e = f->data;

	poll_wait(&e->read_q, pt);
	poll_wait(&e->write_q, pt);
	return (e->count ? POLLIN : 0) | (e->count < COUNT_MAX ? POLLOUT : 0);
}

static void eventfd_release(struct file *f)
{
	kfree(f->data);
}

static const struct file_ops eventfd_ops = {
	.read = eventfd_read, .write = eventfd_write, .poll = eventfd_poll, .release = eventfd_release, .seek = seek_nowhere,
};

void eventfd_info(struct text *t, struct file *f)
{
	struct eventfd *e = f->data;

	if (f->ops == &eventfd_ops)
		text_printf(t, "eventfd-count: %16lx\neventfd-semaphore: %d\n", e->count, e->semaphore);
}

/* For sys/mqueue/notify.c. */
bool eventfd_add(struct file *f, u64 n)
{
	struct eventfd *e = f->data;

	if (f->ops != &eventfd_ops)
		return false;
	e->count += min(n, COUNT_MAX - e->count);
	wake_all_for(&e->read_q, POLLIN);
	return true;
}

long sys_eventfd2(u32 count, int flags)
{
	KERNEL_LOCK();
	if (flags & ~(EFD_SEMAPHORE | O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	struct eventfd *e = kzalloc(sizeof(*e));
	if (!e)
		return -ENOMEM;
	e->count = count;
	e->semaphore = flags & EFD_SEMAPHORE;
	waitq_init(&e->read_q);
	waitq_init(&e->write_q);
	return anon_install(&eventfd_ops, "anon_inode:[eventfd]", O_RDWR | (flags & ~EFD_SEMAPHORE), e);
}
SYSCALL(290, eventfd2, FULL);

long sys_eventfd(u32 count)
{
	return sys_eventfd2(count, 0);
}
SYSCALL(284, eventfd, FULL);
