#include "call.h"
#include "af_inet.h"

long sys_connect(int fd, const void *address, int len)
{
	struct socket_msg m;

	KERNEL_LOCK();
	FD_SOCKET(f, fd);
	struct socket *s = f->data;
	int err = address_get(&m, address, len);
	if (err)
		return err;
	return (s->ops->connect ? s->ops->connect : inet_connect)(s, m.name, m.name_len, f->flags & O_NONBLOCK ? MSG_DONTWAIT : 0);
}
SYSCALL(42, connect, FULL);
