#include "file.h"
#include "inet_host.h"
#include "../../fs/epoll.h"

#define EPOLL_CTL_ADD	1
#define EPOLL_CTL_DEL	2
#define EPOLL_CTL_MOD	3
#define MAX_EVENTS	(0x7fffffff / sizeof(struct epoll_event))
#define EXCLUSIVE_OK	(EPOLLEXCLUSIVE | EPOLLWAKEUP | EPOLLET | POLLIN | POLLOUT | POLLERR | POLLHUP)

long sys_epoll_create1(int flags)
{
	KERNEL_LOCK();
	if (flags & ~O_CLOEXEC)
		return -EINVAL;
	struct epoll *ep = kzalloc(sizeof(*ep));
	if (!ep)
		return -ENOMEM;
	list_init(&ep->ready);
	list_init(&ep->timed);
	waitq_init(&ep->q);
	return anon_install(&epoll_ops, "anon_inode:[eventpoll]", O_RDWR | flags, ep);
}
SYSCALL(291, epoll_create1, FULL);

long sys_epoll_create(int size)
{
	return size <= 0 ? -EINVAL : sys_epoll_create1(0);
}
SYSCALL(213, epoll_create, FULL);

long sys_epoll_ctl(int epfd, int op, int fd, const struct epoll_event *user)
{
	struct epoll_event ev = { 0 };

	KERNEL_LOCK();
	if (op != EPOLL_CTL_DEL) {
		CHECK_READ(user, sizeof(ev));
		ev = *user;
	}
	FD_FILE(e, epfd);
	FD_FILE(f, fd);
	if (!f->ops->poll)
		return -EPERM;
	if (e == f || e->ops != &epoll_ops)
		return -EINVAL;
	if (op != EPOLL_CTL_DEL && ev.events & EPOLLEXCLUSIVE &&
	    (op == EPOLL_CTL_MOD || f->ops == &epoll_ops || ev.events & ~EXCLUSIVE_OK))
		return -EINVAL;
	struct epoll_item *i = epoll_find(e->data, f, fd);
	switch (op) {
	case EPOLL_CTL_ADD:
		return i ? -EEXIST : epoll_add(e->data, f, fd, &ev);
	case EPOLL_CTL_DEL:
		if (!i)
			return -ENOENT;
		epoll_remove(i);
		return 0;
	case EPOLL_CTL_MOD:
		if (i && i->event.events & EPOLLEXCLUSIVE)
			return -EINVAL;
		return i ? epoll_modify(i, &ev) : -ENOENT;
	}
	return -EINVAL;
}
SYSCALL(233, epoll_ctl, FULL);

void epoll_info(struct text *t, struct file *f)
{
	const struct epoll *ep = f->data;
	struct epoll_item *i;

	if (f->ops != &epoll_ops)
		return;
	for (u64 fd = 0; (i = radix_next(&ep->items, &fd)); fd++)
		for (; i; i = i->next_same)
			text_printf(t, "tfd: %8d events: %8x data: %16lx  pos:%lu ino:%lx sdev:%x\n", i->fd, i->event.events | POLLERR | POLLHUP, i->event.data,
				file_positioned(i->file) ? i->file->pos : 0, i->file->vnode->ino, i->file->vnode->mount ? i->file->vnode->mount->dev : 0);
}

static long wait_events(struct epoll *ep, struct epoll_event *events, int max, ns_t deadline)
{
	for (;;) {
		ns_t until = deadline;
		long n = epoll_collect(ep, events, max, &until);
		if (n || !deadline)
			return n;
		int err = wait_on(&ep->q, until, true);
		if (err == -ETIMEDOUT && until == deadline)
			return epoll_collect(ep, events, max, &until);
		if (err == -EINTR)
			return -EINTR;
	}
}

static long wait_unmasked(int epfd, struct epoll_event *events, int max, ns_t deadline)
{
	FD_FILE(e, epfd);
	if (max <= 0 || (u64)max > MAX_EVENTS)
		return -EINVAL;
	if ((u64)events >= USER_MAX)
		return -EFAULT;
	if (e->ops != &epoll_ops)
		return -EINVAL;
	inet_host_waits(1);
	long n = wait_events(e->data, events, max, deadline);
	inet_host_waits(-1);
	return n;
}

static long wait(int epfd, struct epoll_event *events, int max, ns_t deadline, const u64 *mask, size_t size)
{
	int err = sigmask_enter(mask, size);

	if (err)
		return err;
	long n = wait_unmasked(epfd, events, max, deadline);
	sigmask_leave(mask, n);
	return n;
}

static ns_t deadline_of(int ms)
{
	return ms < 0 ? FOREVER : ms ? now_monotonic() + ms * 1000000UL : 0;
}

long sys_epoll_wait(int epfd, struct epoll_event *events, int max, int ms)
{
	KERNEL_LOCK();
	return wait(epfd, events, max, deadline_of(ms), NULL, 0);
}
SYSCALL(232, epoll_wait, FULL);

long sys_epoll_pwait(int epfd, struct epoll_event *events, int max, int ms, const u64 *mask, size_t size)
{
	KERNEL_LOCK();
	return wait(epfd, events, max, deadline_of(ms), mask, size);
}
SYSCALL(281, epoll_pwait, FULL);

long sys_epoll_pwait2(int epfd, struct epoll_event *events, int max, const struct timespec *timeout,
		      const u64 *mask, size_t size)
{
	ns_t deadline;

	KERNEL_LOCK();
	int err = deadline_get(timeout, &deadline);
	return err ? err : wait(epfd, events, max, deadline, mask, size);
}
SYSCALL(441, epoll_pwait2, FULL);
