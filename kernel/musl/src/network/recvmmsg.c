/* The caller's structure has glibc's layout, which is the kernel's. */
#define _GNU_SOURCE
#include <sys/socket.h>
#include "syscall.h"

int recvmmsg(int fd, struct mmsghdr *msgs, unsigned int n, unsigned int flags, struct timespec *timeout)
{
	return syscall_cp(SYS_recvmmsg, fd, msgs, n, flags, timeout);
}
