#include "file.h"
#include "io_counted.h"

long sys_read(int fd, void *buf, size_t n)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	return io_counted(file_read_user(f, buf, n, &f->pos), false);
}
SYSCALL(0, read, FULL);
