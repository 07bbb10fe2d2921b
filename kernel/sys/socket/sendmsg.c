#include "call.h"
#include "af_inet.h"

static int control_get(struct file *f, const struct msghdr *h, struct socket_msg *m)
{
	struct socket *s = f->data;

	if (!(m->control_len = h->control_len))
		return 0;
	if (s->domain == AF_VSOCK)
		return -EOPNOTSUPP;
	if (h->control_len > CONTROL_MAX)
		return -ENOBUFS;
	CHECK_READ(h->control, h->control_len);
	if (!(m->control = kmalloc(h->control_len)))
		return -ENOBUFS;
	memcpy(m->control, h->control, h->control_len);
	return s->domain == AF_INET || s->domain == AF_INET6 ? inet_control_take(s, m) : 0;
}

long do_sendmsg(struct file *f, const struct msghdr *user, int flags)
{
	struct socket_msg m = { 0 };
	struct iovs i;

	CHECK_READ(user, sizeof(*user));
	struct msghdr h = *user;
	if (h.iov_len > IOV_MAX)
		return -EMSGSIZE;
	int err = (int)h.name_len < 0 ? -EINVAL : address_get(&m, h.name, min(h.name_len, (u32)SOCKADDR_MAX));
	if (err || (err = iov_import(&i, h.iov, h.iov_len, PROT_READ)))
		return err;
	m.v = i.v;
	m.n = i.n;
	m.total = i.total;
	long r = control_get(f, &h, &m);
	if (!r)
		r = socket_send(f, &m, flags);
	kfree(m.control);
	iov_free(&i);
	return r;
}

long sys_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	KERNEL_LOCK();
	if (flags & MSG_CMSG_COMPAT)
		return -EINVAL;
	FD_SOCKET(f, fd);
	return do_sendmsg(f, msg, flags);
}
SYSCALL(46, sendmsg, PARTIAL("no urgent data (MSG_OOB)"));
