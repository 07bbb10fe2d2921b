/* The caller's structure has glibc's layout, which is the kernel's: nothing to clear, and no limit of 1 KB on ancillary data. */
#include <sys/socket.h>
#include "syscall.h"

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	return syscall_cp(SYS_sendmsg, fd, msg, flags);
}
