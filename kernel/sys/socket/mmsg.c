/* sendmmsg(2), recvmmsg(2): many messages; an error after the first waits for the next call. */
#include "call.h"

#define MSG_WAITFORONE	0x10000

long sys_sendmmsg(int fd, struct mmsghdr *v, u32 n, int flags)
{
	u32 done = 0;
	long r = 0;

	KERNEL_LOCK();
	if (flags & MSG_CMSG_COMPAT)
		return -EINVAL;
	FD_SOCKET(f, fd);
	for (n = min(n, (u32)IOV_MAX); done < n; v[done++].len = r) {
		CHECK_WRITE(&v[done], sizeof(*v));
		if ((r = do_sendmsg(f, &v[done].hdr, flags)) < 0)
			break;
	}
	return done ? done : r;
}
SYSCALL(307, sendmmsg, PARTIAL("no urgent data (MSG_OOB)"));

long sys_recvmmsg(int fd, struct mmsghdr *v, u32 n, int flags, struct timespec *timeout)
{
	ns_t deadline;
	u32 done = 0;
	long r = 0;

	KERNEL_LOCK();
	int err = flags & MSG_CMSG_COMPAT ? -EINVAL : deadline_get(timeout, &deadline);
	if (err)
		return err;
	FD_SOCKET(f, fd);
	for (n = min(n, (u32)IOV_MAX); done < n; v[done++].len = r) {
		/* Linux too looks at the time only between messages */
		if (done && now_monotonic() >= deadline)
			break;
		CHECK_WRITE(&v[done], sizeof(*v));
		if ((r = do_recvmsg(f, &v[done].hdr, flags & ~MSG_WAITFORONE)) < 0)
			break;
		if (flags & MSG_WAITFORONE)
			flags |= MSG_DONTWAIT;
	}
	deadline_put(timeout, deadline);
	return done ? done : r;
}
SYSCALL(299, recvmmsg, FULL);
