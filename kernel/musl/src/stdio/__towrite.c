/*
 * A stream begins to write. Standard output learns here, before anything is
 * buffered, whether it is a terminal: musl asks at its first flush, so that
 * the first line is written at once even to a pipe, which glibc does not do.
 */
#include <errno.h>
#include <sys/ioctl.h>
#include "stdio_impl.h"

static void choose_buffering(FILE *f)
{
	struct winsize size;

	f->write = __stdio_write;
	if (!(f->flags & F_SVB) && __syscall(SYS_ioctl, f->fd, TIOCGWINSZ, &size))
		f->lbf = -1;
}

int __towrite(FILE *f)
{
	f->mode |= f->mode - 1;
	if (f->flags & F_NOWR) {
		f->flags |= F_ERR;
		errno = EBADF;
		return EOF;
	}
	if (f->write == __stdout_write)
		choose_buffering(f);
	f->rpos = f->rend = 0;		/* what was read ahead is forgotten */
	f->wpos = f->wbase = f->buf;
	f->wend = f->buf + f->buf_size;
	return 0;
}

hidden void __towrite_needs_stdio_exit()
{
	__stdio_exit_needed();
}
