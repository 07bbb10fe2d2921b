#include "file.h"

long sys_read(int fd, void *buf, size_t n)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	return file_read_user(f, buf, n, &f->pos);
}
SYSCALL(0, read, FULL);
