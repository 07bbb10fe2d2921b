/* fcntl(2) for more than descriptors: locks, pipes, seals, owners. */
#include "async.h"
#include "fcntl.h"
#include "file.h"
#include "memfd.h"
#include "record_lock.h"

#define F_GETLEASE	1025
#define F_NOTIFY	1026
#define F_SETPIPE_SZ	1031
#define F_GETPIPE_SZ	1032
#define F_ADD_SEALS	1033
#define F_GET_SEALS	1034
#define F_UNLCK		2

OPTIONAL long pipe_fcntl(struct file *f, bool set, u32 size) { return -EBADF; }		/* fs/pipe.c */

long fcntl_more(struct file *f, int cmd, unsigned long arg)
{
	switch (cmd) {
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

/* The C library's calls come here. */
long sys_fcntl(int fd, int cmd, unsigned long arg)
{
	return fcntl_plain(fd, cmd, arg);
}
