#include "file.h"
#include "io_counted.h"

long sys_pread64(int fd, void *buf, size_t n, s64 offset)
{
	u64 pos = offset;

	KERNEL_LOCK();
	if (offset < 0)
		return -EINVAL;
	FD_FILE(f, fd);
	if (!file_positioned(f))
		return -ESPIPE;
	if (n <= USER_MAX && (s64)(pos + n) < 0)
		return file_reads(f) ? -EINVAL : -EBADF;
	return io_counted(file_read_user(f, buf, n, &pos), false);
}
SYSCALL(17, pread64, FULL);
