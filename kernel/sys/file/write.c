#include "file.h"
#include "io_counted.h"

long sys_write(int fd, const void *buf, size_t n)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	return io_counted(file_write_user(f, buf, n, &f->pos), true);
}
SYSCALL(1, write, FULL);
