#include "call.h"
#include "af_inet.h"
#include "af_unix.h"

long sys_socketpair(int family, int type, int protocol, int fds[2])
{
	struct file *ends[2];
	int flags = type & ~SOCK_TYPE_MASK;

	KERNEL_LOCK();
	KEEP(async_fcntl);		/* FIOASYNC */
	KEEP(procnode_net_settings);
	KEEP(procnode_net_unix);
	KEEP(socket_vectors);
	type &= SOCK_TYPE_MASK;
	if (flags & ~(O_NONBLOCK | O_CLOEXEC))
		return -EINVAL;
	CHECK_WRITE(fds, 2 * sizeof(int));
	if (family == AF_INET || family == AF_INET6) {	/* first what there is to say of the type */
		struct file *f = inet_socket(family, type, protocol, 0);
		if (IS_ERR(f))
			return PTR_ERR(f);
		file_put(f);
		return -EOPNOTSUPP;
	}
	if (family != AF_UNIX)
		return -EAFNOSUPPORT;
	int err = unix_pair(ends, type, protocol, flags & O_NONBLOCK);
	if (err)
		return err;
	int a = fd_install(ends[0], 0, flags & O_CLOEXEC);
	if (a < 0) {
		file_put(ends[1]);
		return a;
	}
	int b = fd_install(ends[1], 0, flags & O_CLOEXEC);
	if (b < 0) {
		fd_close(a);
		return b;
	}
	fds[0] = a;
	fds[1] = b;
	return 0;
}
SYSCALL(53, socketpair, FULL);
