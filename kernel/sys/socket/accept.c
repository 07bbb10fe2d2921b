/* accept(2), accept4(2). The descriptor is taken first, so that without one the connection goes on waiting; until
 * there is something else to put there it is the listening socket's. */
#include "call.h"
#include "af_inet.h"

long sys_accept4(int fd, void *address, u32 *len, int flags)
{
	u8 name[SOCKADDR_MAX];

	KERNEL_LOCK();
	FD_FILE(f, fd);
	if (flags & ~(O_NONBLOCK | O_CLOEXEC) || !S_ISSOCK(f->vnode->mode))
		return flags & ~(O_NONBLOCK | O_CLOEXEC) ? -EINVAL : -ENOTSOCK;
	struct socket *s = f->data;
	file_get(f);
	int new_fd = fd_install(f, 0, flags & O_CLOEXEC);
	if (new_fd < 0)
		return new_fd;
	struct file *child = (s->ops->accept ? s->ops->accept : inet_accept)(s, f->flags & O_NONBLOCK ? MSG_DONTWAIT : 0, flags & O_NONBLOCK);
	int err = IS_ERR(child) ? PTR_ERR(child) : 0;
	if (!err && address) {
		s = child->data;
		int n = s->ops->name(s, true, name);
		err = n < 0 ? -ECONNABORTED : address_put(address, len, name, n);
		if (err)
			file_put(child);
	}
	if (!err)
		return fd_replace(new_fd, child, flags & O_CLOEXEC);
	fd_close(new_fd);
	return err;
}
SYSCALL(288, accept4, FULL);

long sys_accept(int fd, void *address, u32 *len)
{
	return sys_accept4(fd, address, len, 0);
}
SYSCALL(43, accept, FULL);
