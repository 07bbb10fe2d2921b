#include "call.h"

long sys_recvfrom(int fd, void *buf, size_t n, int flags, void *address, u32 *len)
{
	KERNEL_LOCK();
	FD_SOCKET(f, fd);
	n = min(n, MAX_RW_COUNT);
	if ((u64)buf > USER_MAX - n)
		return -EFAULT;
	struct iovec v = { user_target(buf, n), n };
	struct socket_msg m = { .v = &v, .n = 1, .total = n };
	long r = socket_recv(f, &m, flags);
	if (r < 0 || !address)
		return r;
	int err = address_put(address, len, m.name, m.name_len);
	return err ? err : r;
}
SYSCALL(45, recvfrom, FULL);
