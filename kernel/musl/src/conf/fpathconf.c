/* Limits of files (pathconf(3)), by file system where they depend on it, as in glibc. */
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* What has no file behind it to look at, or -2. */
static long constant(int name)
{
	switch (name) {
	case _PC_MAX_CANON: return _POSIX_MAX_CANON;
	case _PC_MAX_INPUT: return _POSIX_MAX_INPUT;
	case _PC_PATH_MAX: return PATH_MAX;
	case _PC_PIPE_BUF: return PIPE_BUF;
	case _PC_NO_TRUNC: return 1;
	case _PC_VDISABLE: return 0;
	case _PC_SYNC_IO: case _PC_PRIO_IO: case _PC_SOCK_MAXBUF: case _PC_REC_INCR_XFER_SIZE: case _PC_REC_MAX_XFER_SIZE: case _PC_SYMLINK_MAX:
		return -1;
	}
	return -2;
}

hidden long __pathconf_of(int name, int (*stat)(const void *file, struct stat *s), int (*statvfs)(const void *file, struct statvfs *s), const void *file)
{
	struct statvfs v;
	struct stat s;
	long r = constant(name);

	if (r != -2)
		return r;
	if (name == _PC_ASYNC_IO)
		return !stat(file, &s) && (S_ISREG(s.st_mode) || S_ISBLK(s.st_mode)) ? 1 : -1;
	if ((unsigned)name > _PC_2_SYMLINKS) {
		errno = EINVAL;
		return -1;
	}
	if (statvfs(file, &v))
		return -1;
	switch (name) {
	case _PC_LINK_MAX: return 127;	/* Linux's LINK_MAX */
	case _PC_NAME_MAX: return v.f_namemax;
	case _PC_FILESIZEBITS: return 32;	/* glibc knows none of the file systems that a guest has */
	case _PC_REC_MIN_XFER_SIZE: return v.f_bsize;
	case _PC_REC_XFER_ALIGN: case _PC_ALLOC_SIZE_MIN: return v.f_frsize;
	}
	return 1;	/* _PC_CHOWN_RESTRICTED, _PC_2_SYMLINKS */
}

static int by_descriptor(const void *file, struct stat *s) { return fstat(*(const int *)file, s); }
static int vfs_by_descriptor(const void *file, struct statvfs *v) { return fstatvfs(*(const int *)file, v); }

long fpathconf(int fd, int name)
{
	if (fd < 0) {
		errno = EBADF;
		return -1;
	}
	return __pathconf_of(name, by_descriptor, vfs_by_descriptor, &fd);
}
