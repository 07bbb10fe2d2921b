/* pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2). There is one process, and no descriptor of it outlives it: what polls
 * for its end waits for ever. That of a thread (PIDFD_THREAD) has f->pos for when it began. */
#include "../file/file.h"
#include "identity.h"
#include "signal.h"

#define PIDFD_THREAD	O_EXCL
#define SEND_THREAD	1	/* PIDFD_SIGNAL_*: whom, whatever the descriptor is of */
#define SEND_PROCESS	2
#define SEND_GROUP	4

static struct waitq end = WAITQ_INIT(end);

void pidfd_thread_ends(void)
{
	wake_all(&end);
}

/* The thread of a descriptor; NULL: it has ended. Its number may be another's by now. */
static struct thread *thread_of_file(const struct file *f)
{
	struct thread *t = thread_by_tid((long)f->data);

	return t && t->started == f->pos ? t : NULL;
}

static int pidfd_poll(struct file *f, struct poll_table *pt)
{
	poll_wait(&end, pt);
	return thread_of_file(f) || !(f->flags & PIDFD_THREAD) ? 0 : POLLIN | POLLRDNORM | POLLHUP;
}

static void pidfd_release(struct file *f)
{
}

static const struct file_ops pidfd_ops = { .poll = pidfd_poll, .release = pidfd_release, .seek = seek_nowhere };

void pidfd_info(struct text *t, struct file *f)
{
	if (f->ops != &pidfd_ops)
		return;
	int pid = f->flags & PIDFD_THREAD && !thread_of_file(f) ? -1 : (int)(long)f->data;
	text_printf(t, "Pid:\t%d\nNSpid:\t%d\n", pid, pid);
}

static int install(int pid, u64 started, u32 flags)
{
	int fd = anon_install(&pidfd_ops, "anon_inode:[pidfd]", O_RDWR | O_CLOEXEC | flags, (void *)(long)pid);

	if (fd >= 0) {
		struct file *f = fd_get(fd);
		f->pos = started;
		file_put(f);
	}
	return fd;
}

/* SO_PEERPIDFD: whoever is on the other side is this process. */
int pidfd_of_process(void)
{
	struct thread *t = thread_by_tid(1);

	return install(1, t ? t->started : 0, 0);
}

long sys_pidfd_open(int pid, u32 flags)
{
	KERNEL_LOCK();
	if (flags & ~(O_NONBLOCK | PIDFD_THREAD) || pid <= 0)
		return -EINVAL;
	struct thread *t = thread_by_tid(pid);
	if (!t)
		return -ESRCH;
	if (pid != 1 && !(flags & PIDFD_THREAD))
		return -EINVAL;
	return install(pid, t->started, flags);
}
SYSCALL(434, pidfd_open, FULL);

/* Whom a descriptor means: 0, its thread or NULL for the process, and whether it is a thread's. */
static int pidfd_subject(int fd, struct thread **t, bool *of_thread)
{
	struct file *f = fd_get(fd);
	int err = f && f->ops == &pidfd_ops ? 0 : -EBADF;

	if (!err) {
		*of_thread = f->flags & PIDFD_THREAD;
		*t = thread_of_file(f);
		err = *of_thread && !*t ? -ESRCH : 0;
	}
	if (f)
		file_put(f);
	return err;
}

OPTIONAL bool proc_is_process(const struct vnode *v) { (void)v; return false; }	/* fs/procfs.c */

/* A signal can also be sent through the folder /proc/PID (Linux kernel/signal.c, pidfd_to_pid). */
static int signal_subject(int fd, struct thread **t, bool *of_thread)
{
	struct file *f = fd_get(fd);
	bool folder = f && !(f->flags & O_PATH) && f->vnode && proc_is_process(f->vnode);

	if (f)
		file_put(f);
	if (!folder)
		return pidfd_subject(fd, t, of_thread);
	*of_thread = false;
	*t = thread_by_tid(1);
	return 0;
}

long sys_pidfd_send_signal(int fd, int sig, const struct siginfo *user, u32 flags)
{
	struct siginfo info = { .signo = sig, .code = SI_USER, .pid = 1, .uid = identity()->user.real };

	KERNEL_LOCK();
	struct thread *t;
	bool of_thread;
	if (flags & ~(SEND_THREAD | SEND_PROCESS | SEND_GROUP) || flags & (flags - 1))
		return -EINVAL;
	int err = signal_subject(fd, &t, &of_thread);
	if (err)
		return err;
	if (flags ? flags == SEND_THREAD : of_thread)
		info.code = SI_TKILL;
	else
		t = NULL;
	if (user) {
		CHECK_READ(user, sizeof(*user));
		info = *user;
	}
	if (info.signo != sig || (u32)sig > NSIG)
		return -EINVAL;
	if (sig)
		signal_send_info(t, sig, &info);
	return 0;
}
SYSCALL(424, pidfd_send_signal, FULL);

long sys_pidfd_getfd(int fd, int target, u32 flags)
{
	KERNEL_LOCK();
	if (flags)
		return -EINVAL;
	struct thread *t;
	bool of_thread;
	int err = pidfd_subject(fd, &t, &of_thread);
	if (err)
		return err;
	struct file *f = fd_get(target);
	return f ? fd_install(f, 0, true) : -EBADF;
}
SYSCALL(438, pidfd_getfd, FULL);
