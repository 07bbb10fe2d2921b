/* System calls on files that musl 1.2.3 has no wrapper for. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include "syscall.h"

struct statx;

int statx(int fd, const char *restrict path, int flags, unsigned mask, struct statx *restrict buf)
{
	return syscall(SYS_statx, fd, path, flags, mask, buf);
}

int renameat2(int olddir, const char *old, int newdir, const char *new, unsigned flags)
{
	return syscall(SYS_renameat2, olddir, old, newdir, new, flags);
}

int close_range(unsigned first, unsigned last, int flags)
{
	return syscall(SYS_close_range, first, last, flags);
}

void closefrom(int first)
{
	close_range(first < 0 ? 0 : first, ~0U, 0);
}

ssize_t preadv2(int fd, const struct iovec *iov, int n, off_t at, int flags)
{
	if (!flags)
		return at == -1 ? readv(fd, iov, n) : preadv(fd, iov, n, at);
	return syscall_cp(SYS_preadv2, fd, iov, n, (long)at, 0, flags);
}

ssize_t pwritev2(int fd, const struct iovec *iov, int n, off_t at, int flags)
{
	if (!flags)
		return at == -1 ? writev(fd, iov, n) : pwritev(fd, iov, n, at);
	return syscall_cp(SYS_pwritev2, fd, iov, n, (long)at, 0, flags);
}

int epoll_pwait2(int fd, struct epoll_event *ev, int n, const struct timespec *timeout, const sigset_t *mask)
{
	return syscall_cp(SYS_epoll_pwait2, fd, ev, n, timeout, mask, _NSIG / 8);
}
