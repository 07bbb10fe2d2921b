/* The caller's structure has glibc's layout, which is the kernel's. */
#include <sys/socket.h>
#include "syscall.h"

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	return syscall_cp(SYS_recvmsg, fd, msg, flags);
}
