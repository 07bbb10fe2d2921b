#include "call.h"

/* Partial: without ancillary data, EOPNOTSUPP says. */
long do_sendmsg(struct file *f, const struct msghdr *user, int flags)
{
	struct socket_msg m;
	struct iovs i;

	CHECK_READ(user, sizeof(*user));
	struct msghdr h = *user;
	if (h.control_len)
		return -EOPNOTSUPP;
	if (h.iov_len > IOV_MAX)
		return -EMSGSIZE;
	int err = (int)h.name_len < 0 ? -EINVAL : address_get(&m, h.name, min(h.name_len, (u32)SOCKADDR_MAX));
	if (err || (err = iov_import(&i, h.iov, h.iov_len, PROT_READ)))
		return err;
	m.v = i.v;
	m.n = i.n;
	m.total = i.total;
	long r = socket_send(f, &m, flags);
	iov_free(&i);
	return r;
}

long sys_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	KERNEL_LOCK();
	FD_SOCKET(f, fd);
	return do_sendmsg(f, msg, flags);
}
SYSCALL(46, sendmsg);
