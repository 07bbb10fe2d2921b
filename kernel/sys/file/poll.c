#include "file.h"
#include "inet_host.h"

#define ALWAYS	(POLLERR | POLLHUP | POLLNVAL)

static int check(struct pollfd *p, struct file *f, struct poll_table *pt)
{
	if (p->fd < 0)
		return 0;
	return f ? file_poll(f, pt) & (p->events | ALWAYS) : POLLNVAL;
}

static long do_poll(struct pollfd *user, unsigned long n, ns_t deadline)
{
	struct poller w;
	long ready = 0, err = 0;

	if (n > fd_limit)
		return -EINVAL;
	CHECK_WRITE(user, n * sizeof(*user));
	struct pollfd *fds = kmalloc(n * (sizeof(*fds) + sizeof(struct file *)) + 1);
	if (!fds)
		return -ENOMEM;
	struct file **files = (struct file **)(fds + n);
	memcpy(fds, user, n * sizeof(*fds));
	for (u64 i = 0; i < n; i++)
		files[i] = fds[i].fd < 0 ? NULL : fd_get(fds[i].fd);
	poller_init(&w);
	inet_host_waits(1);
	for (;;) {
		ready = 0;
		for (u64 i = 0; i < n; i++) {
			fds[i].revents = check(&fds[i], files[i], &w.set.pt);
			ready += !!fds[i].revents;
		}
		if (w.set.failed)
			err = -ENOMEM;
		if (ready || err)
			break;
		err = poller_sleep(&w, deadline);
	}
	inet_host_waits(-1);
	poll_set_free(&w.set);
	for (u64 i = 0; i < n; i++) {
		if (files[i])
			file_put(files[i]);
		user[i].revents = fds[i].revents;
	}
	kfree(fds);
	return ready ? ready : err == -ETIMEDOUT ? 0 : err;
}

long sys_poll(struct pollfd *fds, unsigned long n, int ms)
{
	KERNEL_LOCK();
	return do_poll(fds, n, ms < 0 ? FOREVER : ms ? now_monotonic() + ms * 1000000UL : 0);
}
SYSCALL(7, poll, FULL);

long sys_ppoll(struct pollfd *fds, unsigned long n, struct timespec *timeout, const u64 *mask, size_t size)
{
	ns_t deadline;

	KERNEL_LOCK();
	int err = deadline_get(timeout, &deadline);
	if (err || (err = sigmask_enter(mask, size)))
		return err;
	long r = do_poll(fds, n, deadline);
	sigmask_leave(mask, r);
	deadline_put(timeout, deadline);
	return r;
}
SYSCALL(271, ppoll, FULL);
