#include "call.h"
#include "af_inet.h"

long sys_connect(int fd, const void *address, int len)
{
	struct socket_msg m;

	KERNEL_LOCK();
	FD_FILE(f, fd);
	int err = address_copy(&m, address, len);
	if (err || !S_ISSOCK(f->vnode->mode))
		return err ? err : -ENOTSOCK;
	struct socket *s = f->data;
	return (s->ops->connect ? s->ops->connect : inet_connect)(s, m.name, m.name_len, f->flags & O_NONBLOCK ? MSG_DONTWAIT : 0);
}
SYSCALL(42, connect, FULL);
