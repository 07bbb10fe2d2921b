/* getsockname(2), getpeername(2) */
#include "call.h"

static long name(int fd, bool peer, void *user, u32 *len)
{
	u8 buf[SOCKADDR_MAX];

	KERNEL_LOCK();
	FD_SOCKET(f, fd);
	struct socket *s = f->data;
	int n = s->ops->name(s, peer, buf);
	return n < 0 ? n : address_put(user, len, buf, n);
}

long sys_getsockname(int fd, void *user, u32 *len)
{
	return name(fd, false, user, len);
}
SYSCALL(51, getsockname, FULL);

long sys_getpeername(int fd, void *user, u32 *len)
{
	return name(fd, true, user, len);
}
SYSCALL(52, getpeername, FULL);
