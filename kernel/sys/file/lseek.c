#include "file.h"

long sys_lseek(int fd, s64 offset, int whence)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	if (whence < SEEK_SET || whence > SEEK_HOLE)
		return -EINVAL;
	return f->ops->seek ? f->ops->seek(f, offset, whence) : -ESPIPE;
}
SYSCALL(8, lseek, FULL);
