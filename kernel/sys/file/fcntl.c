#include "async.h"
#include "file.h"
#include "memfd.h"
#include "record_lock.h"

#define F_DUPFD		0
#define F_GETFD		1
#define F_SETFD		2
#define F_GETFL		3
#define F_SETFL		4
#define F_GETLEASE	1025
#define F_NOTIFY	1026
#define F_DUPFD_CLOEXEC	1030
#define F_SETPIPE_SZ	1031
#define F_GETPIPE_SZ	1032
#define F_ADD_SEALS	1033
#define F_GET_SEALS	1034
#define F_UNLCK		2
#define FL_SETTABLE	(O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME)

OPTIONAL long pipe_fcntl(struct file *f, bool set, u32 size) { return -EBADF; }		/* fs/pipe.c */

long sys_fcntl(int fd, int cmd, unsigned long arg)
{
	KERNEL_LOCK();
	FD_ANY(f, fd);
	if (f->flags & O_PATH && cmd != F_DUPFD && cmd != F_DUPFD_CLOEXEC && cmd != F_GETFD && cmd != F_SETFD &&
	    cmd != F_GETFL)
		return -EBADF;
	switch (cmd) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		if (arg >= fd_limit)
			return -EINVAL;
		file_get(f);
		return fd_install(f, arg, cmd == F_DUPFD_CLOEXEC);
	case F_GETFD:
		return fd_cloexec(fd, -1);
	case F_SETFD:
		fd_cloexec(fd, arg & 1);
		return 0;
	case F_GETFL:
		return f->flags;
	case F_SETFL: {
		int err = async_set(f, fd, arg & O_ASYNC);
		if (!err)
			f->flags = (f->flags & ~FL_SETTABLE) | (arg & FL_SETTABLE);
		return err;
	}
	case F_GETLK: case F_SETLK: case F_SETLKW:
	case F_OFD_GETLK: case F_OFD_SETLK: case F_OFD_SETLKW:
		return record_lock(f, cmd, (struct flock *)arg);
	case F_NOTIFY:
		return arg ? -EINVAL : 0;
	case F_GETLEASE:
		return F_UNLCK;
	case F_GETPIPE_SZ:
	case F_SETPIPE_SZ:
		return pipe_fcntl(f, cmd == F_SETPIPE_SZ, arg);
	case F_ADD_SEALS:
	case F_GET_SEALS:
		return memfd_fcntl(f, cmd, arg);
	}
	return async_fcntl(f, cmd, arg);
}
SYSCALL(72, fcntl, PARTIAL("no leases or F_NOTIFY"));
