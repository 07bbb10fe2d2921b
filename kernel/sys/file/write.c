#include "file.h"

long sys_write(int fd, const void *buf, size_t n)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	return file_write_user(f, buf, n, &f->pos);
}
SYSCALL(1, write, FULL);
