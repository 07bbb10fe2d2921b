/* pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2). There is one process, and no descriptor of it outlives it: what polls
 * for its end waits for ever. */
#include "../file/file.h"
#include "identity.h"
#include "signal.h"

static int pidfd_poll(struct file *f, struct poll_table *pt)
{
	static struct waitq end = WAITQ_INIT(end);

	poll_wait(&end, pt);
	return 0;
}

static void pidfd_release(struct file *f)
{
}

static const struct file_ops pidfd_ops = { .poll = pidfd_poll, .release = pidfd_release, .seek = seek_nowhere };

long sys_pidfd_open(int pid, u32 flags)
{
	KERNEL_LOCK();
	if (flags & ~O_NONBLOCK || pid <= 0)
		return -EINVAL;
	if (pid != 1)	/* of a thread that is not the first there is none, without PIDFD_THREAD */
		return thread_by_tid(pid) ? -EINVAL : -ESRCH;
	return anon_install(&pidfd_ops, "anon_inode:[pidfd]", O_RDWR | O_CLOEXEC | flags, NULL);
}
SYSCALL(434, pidfd_open, PARTIAL("no PIDFD_THREAD"));

static int check_pidfd(int fd)
{
	struct file *f = fd_get(fd);
	int err = f && f->ops == &pidfd_ops ? 0 : -EBADF;

	if (f)
		file_put(f);
	return err;
}

long sys_pidfd_send_signal(int fd, int sig, const struct siginfo *user, u32 flags)
{
	struct siginfo info = { .signo = sig, .code = SI_USER, .pid = 1, .uid = identity()->user.real };

	KERNEL_LOCK();
	if (flags)
		return -EINVAL;
	int err = check_pidfd(fd);
	if (err)
		return err;
	if (user) {
		CHECK_READ(user, sizeof(*user));
		info = *user;
	}
	if (info.signo != sig || (u32)sig > NSIG)
		return -EINVAL;
	if (sig)
		signal_send_info(NULL, sig, &info);
	return 0;
}
SYSCALL(424, pidfd_send_signal, PARTIAL("no flags"));

long sys_pidfd_getfd(int fd, int target, u32 flags)
{
	KERNEL_LOCK();
	if (flags)
		return -EINVAL;
	int err = check_pidfd(fd);
	if (err)
		return err;
	struct file *f = fd_get(target);
	return f ? fd_install(f, 0, true) : -EBADF;
}
SYSCALL(438, pidfd_getfd, FULL);
