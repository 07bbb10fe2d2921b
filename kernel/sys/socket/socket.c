#include "call.h"
#include "af_inet.h"
#include "af_netlink.h"
#include "af_unix.h"
#include "af_vsock.h"

#define FAMILY_COUNT	46
#define SOCK_TYPE_COUNT	11

static struct file *make(int family, int type, int protocol, int flags)
{
	if (family == AF_UNIX)
		return unix_socket(type, protocol, flags);
	if (family == AF_INET || family == AF_INET6)
		return inet_socket(family, type, protocol, flags);
	if (family == AF_NETLINK)
		return netlink_socket(type, protocol, flags);
	return family == AF_VSOCK ? vsock_socket(type, protocol, flags) : ERR_PTR(-EAFNOSUPPORT);
}

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
	if ((u32)family >= FAMILY_COUNT)
		return -EAFNOSUPPORT;
	if (type >= SOCK_TYPE_COUNT)
		return -EINVAL;
	struct file *f = make(family, type, protocol, flags & O_NONBLOCK);
	return IS_ERR(f) ? PTR_ERR(f) : fd_install(f, 0, flags & O_CLOEXEC);
}
SYSCALL(41, socket, PARTIAL("families AF_INET, AF_INET6, AF_NETLINK, AF_UNIX and AF_VSOCK"));
