#include "async.h"
#include "file.h"

/* async.c, which comes with fcntl(), pipes and sockets. */
OPTIONAL long async_ioctl(struct file *f, int fd, unsigned cmd, int *arg)
{
	return -ENOTTY;
}

/* Requests every file answers; the rest is its own. */
long sys_ioctl(int fd, unsigned int cmd, unsigned long arg)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	switch (cmd) {
	case FIOCLEX:
	case FIONCLEX:
		fd_cloexec(fd, cmd == FIOCLEX);
		return 0;
	case FIONBIO:
		CHECK_READ((void *)arg, sizeof(int));
		f->flags = *(int *)arg ? f->flags | O_NONBLOCK : f->flags & ~O_NONBLOCK;
		return 0;
	case FIOASYNC: case FIOSETOWN: case SIOCSPGRP: case FIOGETOWN: case SIOCGPGRP:
		return async_ioctl(f, fd, cmd, (int *)arg);
	case FIONREAD:
		if (!S_ISREG(f->vnode->mode))
			break;
		CHECK_WRITE((void *)arg, sizeof(int));
		vnode_refresh(f->vnode);
		*(int *)arg = f->vnode->size - f->pos;
		return 0;
	}
	return f->ops->ioctl ? f->ops->ioctl(f, cmd, arg) : -ENOTTY;
}
SYSCALL(16, ioctl, PARTIAL("what the terminal, disk, pipe or socket behind the file knows; else ENOTTY"));
