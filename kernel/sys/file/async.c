/* Signal-driven I/O: a file with O_ASYNC listens on its own queues, as epoll does, and what wakes it becomes a signal.
 * Pipes, sockets, terminals, inotify and /dev/random know it, as on Linux; others ignore O_ASYNC. */
#include "async.h"
#include "file.h"
#include "inet_host.h"
#include "signal.h"

#define F_SETOWN	8
#define F_GETOWN	9
#define F_SETSIG	10
#define F_GETSIG	11
#define F_SETOWN_EX	15
#define F_GETOWN_EX	16
#define SIGIO		29
#define POLL_IN		1
#define POLL_OUT	2
#define POLL_HUP	6

enum owner_type { OWNER_TID, OWNER_PID, OWNER_PGRP };	/* F_OWNER_* */
struct owner { int type, id; };

struct async {
	struct poll_set set;
	struct file *f;
	int fd;			/* by which O_ASYNC was set */
	int sig;		/* F_SETSIG; 0: SIGIO, without details */
	struct owner owner;
};

/* Where no signal can be caught they are not linked in. */
bool signal_send_info(struct thread *t, int sig, const struct siginfo *info) __attribute__((weak, noplt));

struct inotify *inotify_of(struct file *f) __attribute__((weak, noplt));

static bool is_terminal(struct file *f)
{
	u32 major = f->vnode->rdev >> 8;

	return S_ISCHR(f->vnode->mode) && (major == 4 || major == 5 || major == 136);
}

static bool can_signal(struct file *f)
{
	u32 mode = f->vnode->mode, rdev = f->vnode->rdev;

	if (S_ISCHR(mode))
		return is_terminal(f) || rdev == 0x108 || rdev == 0x109;	/* random, urandom */
	return S_ISFIFO(mode) || S_ISSOCK(mode) || (inotify_of && inotify_of(f));
}

static void post(struct async *a, int reason)
{
	int sig = a->sig ? a->sig : SIGIO;
	struct siginfo info = { .signo = sig, .code = SI_KERNEL };
	struct thread *t = a->owner.type == OWNER_TID ? thread_by_tid(a->owner.id) : NULL;

	if (!a->owner.id || (a->owner.type == OWNER_TID && !t))
		return;
	if (!signal_send_info)
		vm_exit(STATUS_SIGNAL, sig);
	if (a->sig) {
		info.code = reason;
		info.band = reason == POLL_IN ? POLLIN | POLLRDNORM : reason == POLL_OUT ? POLLOUT | POLLWRNORM | POLLWRBAND :
			POLLHUP | POLLERR;
		info.fd = a->fd;
	}
	signal_send_info(t, sig, &info);
}

/* EVENTS by the rules of Linux's callers of kill_fasync(). */
static int reason_of(const struct file *f, u32 events)
{
	if (events & POLLHUP && S_ISSOCK(f->vnode->mode))
		return POLL_HUP;
	return events & (POLLIN | POLLHUP) ? POLL_IN : events & (POLLOUT | POLLERR) ? POLL_OUT : 0;
}

/* A queue that does not say what happened leaves it to the file. */
static void async_wake(struct poll_entry *e, u32 events)
{
	struct async *a = e->arg;
	int reason = reason_of(a->f, events == EVENTS_ALL ? (u32)file_poll(a->f, NULL) : events);

	if (reason)
		post(a, reason);
}

static struct async *async_of(struct file *f)
{
	if (!f->async && (f->async = kzalloc(sizeof(*f->async))))
		f->async->f = f;
	return f->async;
}

void async_forget(struct file *f)
{
	if (f->flags & O_ASYNC) {
		poll_set_free(&f->async->set);
		inet_host_waits(-1);
	}
	kfree(f->async);
}

int async_set(struct file *f, int fd, bool on)
{
	if (!can_signal(f) || on == !!(f->flags & O_ASYNC))
		return 0;
	struct async *a = async_of(f);
	if (!a)
		return -ENOMEM;
	if (on) {
		poll_set_init(&a->set, async_wake, a);
		file_poll(f, &a->set.pt);
		a->fd = fd;
		if (is_terminal(f) && !a->owner.id)	/* tty_fasync() of Linux */
			a->owner = (struct owner){ OWNER_PID, 1 };
	}
	if (!on || a->set.failed)
		poll_set_free(&a->set);
	if (on && a->set.failed)
		return -ENOMEM;
	f->flags ^= O_ASYNC;
	inet_host_waits(on ? 1 : -1);
	return 0;
}

/* There is one process, in a group of its own; any thread's number is one that a process could have had. */
static long set_owner(struct file *f, struct owner o)
{
	struct async *a;

	if (o.id && o.id != 1 && !thread_by_tid(o.id))
		return -ESRCH;
	if (!(a = async_of(f)))
		return -ENOMEM;
	a->owner = o;
	return 0;
}

static long set_own(struct file *f, int who)
{
	if (who == (int)0x80000000)
		return -EINVAL;
	return set_owner(f, who < 0 ? (struct owner){ OWNER_PGRP, -who } : (struct owner){ OWNER_PID, who });
}

static struct owner owner_of(const struct file *f)
{
	struct owner o = f->async ? f->async->owner : (struct owner){ 0 };

	if (o.type == OWNER_TID ? !thread_by_tid(o.id) : o.id != 1)
		o.id = 0;
	return o;
}

static int get_own(const struct file *f)
{
	struct owner o = owner_of(f);

	return o.type == OWNER_PGRP ? -o.id : o.id;
}

static long set_signal(struct file *f, unsigned long sig)
{
	struct async *a;

	if (sig > NSIG)
		return -EINVAL;
	if (!(a = async_of(f)))
		return -ENOMEM;
	a->sig = sig;
	return 0;
}

long async_fcntl(struct file *f, int cmd, unsigned long arg)
{
	struct owner *o = (struct owner *)arg;

	switch (cmd) {
	case F_SETOWN:
		return set_own(f, arg);
	case F_GETOWN:
		return get_own(f);
	case F_SETSIG:
		return set_signal(f, arg);
	case F_GETSIG:
		return f->async ? f->async->sig : 0;
	case F_SETOWN_EX:
		CHECK_READ(o, sizeof(*o));
		return (unsigned)o->type > OWNER_PGRP ? -EINVAL : set_owner(f, *o);
	case F_GETOWN_EX:
		CHECK_WRITE(o, sizeof(*o));
		*o = owner_of(f);
		return 0;
	}
	return -EINVAL;
}

long async_ioctl(struct file *f, int fd, unsigned cmd, int *arg)
{
	if (cmd != FIOASYNC && !S_ISSOCK(f->vnode->mode))
		return -ENOTTY;
	if (cmd == FIOGETOWN || cmd == SIOCGPGRP) {
		CHECK_WRITE(arg, sizeof(int));
		*arg = get_own(f);
		return 0;
	}
	CHECK_READ(arg, sizeof(int));
	if (cmd == FIOASYNC)
		return !*arg == !(f->flags & O_ASYNC) ? 0 : can_signal(f) ? async_set(f, fd, *arg) : -ENOTTY;
	return set_own(f, *arg);
}
