#include "file.h"
#include "io_counted.h"

long sys_pwrite64(int fd, const void *buf, size_t n, s64 offset)
{
	u64 pos = offset;

	KERNEL_LOCK();
	if (offset < 0)
		return -EINVAL;
	FD_FILE(f, fd);
	if (!file_positioned(f))
		return -ESPIPE;
	if (n <= USER_MAX && (s64)(pos + n) < 0)
		return file_writes(f) ? -EINVAL : -EBADF;
	return io_counted(file_write_user(f, buf, n, &pos), true);
}
SYSCALL(18, pwrite64, FULL);
