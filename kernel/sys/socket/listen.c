#include "call.h"

long sys_listen(int fd, int backlog)
{
	KERNEL_LOCK();
	FD_SOCKET(f, fd);
	struct socket *s = f->data;
	return s->ops->listen ? s->ops->listen(s, backlog) : -EOPNOTSUPP;
}
SYSCALL(50, listen, FULL);
