/* A buffer of the size that was asked for, as glibc makes it: musl's is always large enough. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>
#include "syscall.h"

char *getcwd(char *buf, size_t size)
{
	char *own = NULL;

	if (!buf)
		own = buf = malloc(size ? size : PATH_MAX);
	else if (!size)
		errno = EINVAL;
	if (!buf || (!size && !own))
		return NULL;
	long n = syscall(SYS_getcwd, buf, own && !size ? PATH_MAX : size);
	if (n >= 0 && buf[0] != '/') {
		errno = ENOENT;
		n = -1;
	}
	if (n < 0) {
		free(own);
		return NULL;
	}
	char *fits = own && !size ? realloc(own, n) : NULL;
	return fits ? fits : buf;
}
