/* Without musl's second try for kernels that lack the call, which takes flags that are wrong for flags that are new. */
#define _GNU_SOURCE
#include <sys/socket.h>
#include "syscall.h"

int accept4(int fd, struct sockaddr *restrict addr, socklen_t *restrict len, int flags)
{
	return syscall_cp(SYS_accept4, fd, addr, len, flags);
}
