#include "call.h"
#include "af_unix.h"
#include "af_vsock.h"

#define SOCK_TYPE_COUNT	11

/* Families: AF_UNIX, and AF_VSOCK when the image has its driver. */
long sys_socket(int family, int type, int protocol)
{
	int flags = type & ~SOCK_TYPE_MASK;

	KERNEL_LOCK();
	KEEP(async_fcntl);		/* FIOASYNC */
	KEEP(procnode_net_settings);
	KEEP(procnode_net_unix);
	KEEP(socket_vectors);
	type &= SOCK_TYPE_MASK;
	if (flags & ~(O_NONBLOCK | O_CLOEXEC))
		return -EINVAL;
	if (family != AF_UNIX && family != AF_VSOCK)
		return -EAFNOSUPPORT;
	if (type >= SOCK_TYPE_COUNT)
		return -EINVAL;
	struct file *f = (family == AF_UNIX ? unix_socket : vsock_socket)(type, protocol, flags & O_NONBLOCK);
	return IS_ERR(f) ? PTR_ERR(f) : fd_install(f, 0, flags & O_CLOEXEC);
}
SYSCALL(41, socket, PARTIAL("families AF_UNIX and AF_VSOCK"));
