/* Masters of pseudoterminals. What is none gives the errors that glibc has for it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include "syscall.h"

int posix_openpt(int flags)
{
	int r = open("/dev/ptmx", flags);

	if (r < 0 && errno == ENOSPC)
		errno = EAGAIN;
	return r;
}

static int of_master(int r)
{
	if (r && errno == ENOTTY)
		errno = EINVAL;
	return r;
}

/* devpts has given it its owner and mode already. */
int grantpt(int fd)
{
	int n;

	return of_master(ioctl(fd, TIOCGPTN, &n));
}

int unlockpt(int fd)
{
	int unlock = 0;

	return of_master(ioctl(fd, TIOCSPTLCK, &unlock));
}

int __ptsname_r(int fd, char *buf, size_t len)
{
	int n, err = 0;

	if (!buf)
		err = EINVAL;
	else if (ioctl(fd, TIOCGPTN, &n))
		err = errno;
	else if (snprintf(0, 0, "/dev/pts/%d", n) >= len)
		err = ERANGE;
	else
		snprintf(buf, len, "/dev/pts/%d", n);
	if (err)
		errno = err;
	return err;
}

weak_alias(__ptsname_r, ptsname_r);
