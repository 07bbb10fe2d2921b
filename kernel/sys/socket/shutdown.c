#include "call.h"

long sys_shutdown(int fd, int how)
{
	KERNEL_LOCK();
	FD_SOCKET(f, fd);
	struct socket *s = f->data;
	if (how < 0 || how > 2)
		return -EINVAL;
	return s->ops->shutdown(s, how + 1);
}
SYSCALL(48, shutdown, FULL);
