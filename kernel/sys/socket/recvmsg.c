#include "call.h"
#include "af_inet.h"

long do_recvmsg(struct file *f, struct msghdr *user, int flags)
{
	struct socket_msg m = { 0 };
	struct iovs i;

	CHECK_WRITE(user, sizeof(*user));
	struct msghdr h = *user;
	if (h.name && (int)h.name_len < 0)
		return -EINVAL;
	if (h.iov_len > IOV_MAX)
		return -EMSGSIZE;
	int err = iov_import_for(f, &i, h.iov, h.iov_len, false, 0);
	if (err)
		return err;
	m.v = i.v;
	m.n = i.n;
	m.total = i.total;
	m.control = h.control;
	m.control_len = h.control ? min(h.control_len, 0x7fffffffUL) : 0;
	size_t room = m.control_len;
	long r = socket_recv(f, &m, flags);
	iov_free(&i);
	if (r < 0)
		return r;
	inet_control_put(f->data, &m);
	if (h.name && (err = address_put(h.name, &user->name_len, m.name, m.name_len)))
		return err;
	user->control_len = room - m.control_len;
	user->flags = m.flags | (flags & MSG_CMSG_CLOEXEC);
	return r;
}

long sys_recvmsg(int fd, struct msghdr *msg, int flags)
{
	KERNEL_LOCK();
	if (flags & MSG_CMSG_COMPAT)
		return -EINVAL;
	FD_SOCKET(f, fd);
	return do_recvmsg(f, msg, flags);
}
SYSCALL(47, recvmsg, FULL);
