/* mq_notify(2). For SIGEV_THREAD Linux's C libraries hand the kernel a netlink socket, from which a thread of theirs reads
 * what happened. Here it is an eventfd: 1 says that a message came, 2 that the registration ended. */
#include "mqueue.h"
#include "identity.h"
#include "signal.h"

#define SI_MESGQ	(-3)
#define NOTICE_WOKEN	1
#define NOTICE_REMOVED	2

/* sys/file/eventfd.c: adds N to the count of F; false: it is no eventfd. */
OPTIONAL bool eventfd_add(struct file *f, u64 n) { (void)f, (void)n; return false; }

static void end(struct mqueue *q, u64 notice)
{
	struct file *f = q->notice;

	q->notify = NOT_REGISTERED;
	q->owner = NULL;
	q->notice = NULL;
	if (f) {
		eventfd_add(f, notice);
		file_put(f);
	}
}

void mqueue_forget(struct mqueue *q)
{
	if (q->notify != NOT_REGISTERED)
		end(q, NOTICE_REMOVED);
}

void mqueue_arrived(struct mqueue *q)
{
	struct siginfo info = { .signo = q->signo, .code = SI_MESGQ, .pid = 1, .uid = identity()->user.real, .value = q->value };

	if (q->notify == NOT_REGISTERED)
		return;
	if (q->notify == SIGEV_SIGNAL && q->signo)
		signal_send_info(NULL, q->signo, &info);
	end(q, NOTICE_WOKEN);
}

struct sigevent {
	u64 value;
	int signo, notify;
	char rest[48];
};

static int set_up(struct file *f, struct mqueue *q, const struct sigevent *e)
{
	if (q->notify != NOT_REGISTERED)
		return -EBUSY;
	if (e->notify == SIGEV_THREAD) {
		q->notice = fd_get(e->signo);
		if (!q->notice)
			return -EBADF;
		if (!eventfd_add(q->notice, 0)) {
			file_put(q->notice);
			q->notice = NULL;
			return -EINVAL;
		}
	}
	q->notify = e->notify;
	q->signo = e->signo;
	q->value = e->value;
	q->owner = f;
	return 0;
}

long sys_mq_notify(int fd, const struct sigevent *event)
{
	KERNEL_LOCK();
	if (event) {
		CHECK_READ(event, sizeof(*event));
		if (event->notify < SIGEV_SIGNAL || event->notify > SIGEV_THREAD)
			return -EINVAL;
		if (event->notify == SIGEV_SIGNAL && (u32)event->signo > NSIG)
			return -EINVAL;
	}
	struct file *f = fd_get(fd);
	struct mqueue *q = f ? mqueue_of(f) : NULL;
	long r = q ? 0 : -EBADF;
	if (q && event)
		r = set_up(f, q, event);
	else if (q)
		mqueue_forget(q);
	if (f)
		file_put(f);
	return r;
}
SYSCALL(244, mq_notify, PARTIAL("SIGEV_THREAD only through the C library in the kernel"));
