#include "file.h"

long sys_pipe2(int fds[2], int flags)
{
	struct file *ends[2];

	KERNEL_LOCK();
	KEEP(async_fcntl);
	if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT))
		return -EINVAL;
	CHECK_WRITE(fds, 2 * sizeof(int));
	int err = pipe_create(ends, flags & (O_NONBLOCK | O_DIRECT));
	if (err)
		return err;
	int r = fd_install(ends[0], 0, flags & O_CLOEXEC);
	if (r < 0) {
		file_put(ends[1]);
		return r;
	}
	int w = fd_install(ends[1], 0, flags & O_CLOEXEC);
	if (w < 0) {
		fd_close(r);
		return w;
	}
	fds[0] = r;
	fds[1] = w;
	return 0;
}
SYSCALL(293, pipe2, FULL);

long sys_pipe(int fds[2])
{
	return sys_pipe2(fds, 0);
}
SYSCALL(22, pipe, FULL);
