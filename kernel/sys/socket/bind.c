#include "call.h"
#include "af_inet.h"

long sys_bind(int fd, const void *address, int len)
{
	struct socket_msg m;

	KERNEL_LOCK();
	FD_SOCKET(f, fd);
	struct socket *s = f->data;
	int err = address_get(&m, address, len);
	if (err)
		return err;
	return (s->ops->bind ? s->ops->bind : inet_bind)(s, m.name, m.name_len);
}
SYSCALL(49, bind, FULL);
