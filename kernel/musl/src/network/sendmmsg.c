/* The caller's structure has glibc's layout, which is the kernel's. */
#define _GNU_SOURCE
#include <sys/socket.h>
#include "syscall.h"

int sendmmsg(int fd, struct mmsghdr *msgs, unsigned int n, unsigned int flags)
{
	return syscall_cp(SYS_sendmmsg, fd, msgs, n, flags);
}
