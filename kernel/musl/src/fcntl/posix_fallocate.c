/* posix_fallocate(3). A file system without fallocate(2) (shares, ext4) has its blocks written to, as glibc does it:
 * programs take this function's errors for a full disk. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>
#include "syscall.h"

#define STEP	4096	/* no file system here has smaller blocks that are held apart */

/* Has a byte of a block written that reads as zero: no data changes, and what was a hole is none. */
static int fill(int fd, off_t at, off_t size)
{
	char c = 0;

	if (at < size && pread(fd, &c, 1, at) < 0)
		return errno;
	return c || pwrite(fd, "", 1, at) == 1 ? 0 : errno;
}

static int write_blocks(int fd, off_t base, off_t len)
{
	struct stat st;
	int flags = fcntl(fd, F_GETFL), r = 0;

	if (flags < 0 || flags & O_APPEND || fstat(fd, &st) < 0)
		return EBADF;
	for (off_t at = base + (len - 1) % STEP; !r && at < base + len; at += STEP)
		r = fill(fd, at, st.st_size);
	return r;
}

int posix_fallocate(int fd, off_t base, off_t len)
{
	int r = -__syscall(SYS_fallocate, fd, 0, base, len);

	return r == EOPNOTSUPP ? write_blocks(fd, base, len) : r;
}

weak_alias(posix_fallocate, posix_fallocate64);
