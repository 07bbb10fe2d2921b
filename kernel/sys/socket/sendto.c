#include "call.h"

long sys_sendto(int fd, const void *buf, size_t n, int flags, const void *address, int len)
{
	KERNEL_LOCK();
	FD_SOCKET(f, fd);
	n = min(n, MAX_RW_COUNT);
	CHECK_READ(buf, n);
	struct iovec v = { (void *)buf, n };
	struct socket_msg m = { .v = &v, .n = 1, .total = n };
	int err = address_get(&m, address, len);
	return err ? err : socket_send(f, &m, flags);
}
SYSCALL(44, sendto, PARTIAL("no urgent data (MSG_OOB)"));
