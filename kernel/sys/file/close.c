#include "file.h"

long sys_close(int fd)
{
	KERNEL_LOCK();
	return fd_close(fd);
}
SYSCALL(3, close, FULL);
