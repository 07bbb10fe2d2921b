#include "call.h"
#include "af_inet.h"

long sys_listen(int fd, int backlog)
{
	KERNEL_LOCK();
	FD_SOCKET(f, fd);
	struct socket *s = f->data;
	return (s->ops->listen ? s->ops->listen : inet_listen)(s, backlog);
}
SYSCALL(50, listen, FULL);
