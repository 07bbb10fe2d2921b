/* open() with a constant flag and no mode: O_CREAT there is the mistake that is caught. */
#include <fcntl.h>
#include <mqueue.h>
#include "../glue.h"

#define NEEDS_MODE(flags) (((flags) & O_CREAT) || ((flags) & O_TMPFILE) == O_TMPFILE)

int __open_2(const char *path, int flags)
{
	if (NEEDS_MODE(flags))
		__fortify_fail("invalid open call: O_CREAT or O_TMPFILE without mode");
	return open(path, flags);
}
weak_alias(__open_2, __open64_2);

int __openat_2(int fd, const char *path, int flags)
{
	if (NEEDS_MODE(flags))
		__fortify_fail("invalid openat call: O_CREAT or O_TMPFILE without mode");
	return openat(fd, path, flags);
}
weak_alias(__openat_2, __openat64_2);

int __mq_open_2(const char *name, int flags)
{
	if (flags & O_CREAT)
		__fortify_fail("invalid mq_open call: O_CREAT without mode and attr");
	return mq_open(name, flags);
}
