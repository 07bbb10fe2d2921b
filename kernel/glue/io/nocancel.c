/* Calls that are no points of cancellation, for libraries that came with glibc. */
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>
#include "syscall.h"
#include "../glue.h"

int __open_nocancel(const char *path, int flags, ...)
{
	mode_t mode;
	va_list ap;

	va_start(ap, flags);
	mode = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return syscall(SYS_open, path, flags | O_LARGEFILE, mode);
}
weak_alias(__open_nocancel, __open64_nocancel);

int __close_nocancel(int fd) { return syscall(SYS_close, fd); }
ssize_t __read_nocancel(int fd, void *buf, size_t n) { return syscall(SYS_read, fd, buf, n); }
ssize_t __write_nocancel(int fd, const void *buf, size_t n) { return syscall(SYS_write, fd, buf, n); }
ssize_t __pread64_nocancel(int fd, void *buf, size_t n, off_t at) { return syscall(SYS_pread64, fd, buf, n, at); }
