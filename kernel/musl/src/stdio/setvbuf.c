/*
 * As musl's, but what was written before is not lost: C allows this as the first operation only, glibc at any
 * time (libio/iosetvbuf.c) and empties the buffer where it changes it. A constructor may have printed.
 */
#include "stdio_impl.h"

int setvbuf(FILE *restrict f, char *restrict buf, int type, size_t size)
{
	if (type != _IONBF && type != _IOLBF && type != _IOFBF)
		return -1;
	if (type == _IONBF || buf)
		fflush(f);
	f->lbf = EOF;
	if (type == _IONBF) {
		f->buf_size = 0;
	} else {
		if (buf && size >= UNGET) {
			f->buf = (void *)(buf + UNGET);
			f->buf_size = size - UNGET;
		}
		if (type == _IOLBF && f->buf_size)
			f->lbf = '\n';
	}
	f->flags |= F_SVB;
	return 0;
}
