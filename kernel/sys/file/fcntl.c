#include "async.h"
#include "file.h"
#include "fcntl.h"

#define F_DUPFD		0
#define F_GETFD		1
#define F_SETFD		2
#define F_GETFL		3
#define F_SETFL		4
#define F_DUPFD_CLOEXEC	1030
#define F_SETPIPE_SZ	1031
#define FL_SETTABLE	(O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME)

/* async.c. In programs without fcntl_more.c nobody sets O_ASYNC. */
OPTIONAL int async_set(struct file *f, int fd, bool on) { return on ? enosys("fcntl with O_ASYNC") : 0; }

/* fcntl_more.c. The builder leaves it out when nothing but Go's own library makes the call, which asks for larger pipes
 * to splice with and takes what it gets. */
OPTIONAL long fcntl_more(struct file *f, int cmd, unsigned long arg)
{
	return cmd == F_SETPIPE_SZ ? -EPERM : enosys("such a fcntl");
}

long fcntl_plain(int fd, int cmd, unsigned long arg)
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
	}
	return fcntl_more(f, cmd, arg);
}
SYSCALL_BY(72, fcntl, fcntl_plain, PARTIAL("no leases or F_NOTIFY"));
