/* Signals that say a file is ready (fcntl(2): O_ASYNC, F_SETOWN, F_SETSIG). */
#ifndef ASYNC_H
#define ASYNC_H

#include "vfs.h"

#define FIOASYNC	0x5452
#define FIOSETOWN	0x8901
#define SIOCSPGRP	0x8902
#define FIOGETOWN	0x8903
#define SIOCGPGRP	0x8904

int async_set(struct file *f, int fd, bool on);		/* O_ASYNC; nothing changes for files that never signal */
long async_fcntl(struct file *f, int cmd, unsigned long arg);	/* F_SETOWN and its relations; -EINVAL for others */
long async_ioctl(struct file *f, int fd, unsigned cmd, int *arg);	/* FIOASYNC; FIOSETOWN and its relations; else -ENOTTY */

#endif
