/* open() with a constant flag and no mode: O_CREAT there is the mistake that is caught. */
#define _LARGEFILE64_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include "../glue.h"

#define NEEDS_MODE(flags) (((flags) & O_CREAT) || ((flags) & O_TMPFILE) == O_TMPFILE)

#define OPEN(NAME, name, params, ...) \
int NAME params \
{ \
	if (NEEDS_MODE(flags)) \
		__fortify_fail("invalid " #name " call: O_CREAT or O_TMPFILE without mode"); \
	return name(__VA_ARGS__); \
}

OPEN(__open_2, open, (const char *path, int flags), path, flags)
OPEN(__open64_2, open64, (const char *path, int flags), path, flags)
OPEN(__openat_2, openat, (int fd, const char *path, int flags), fd, path, flags)
OPEN(__openat64_2, openat64, (int fd, const char *path, int flags), fd, path, flags)

int __mq_open_2(const char *name, int flags)
{
	if (flags & O_CREAT)
		__fortify_fail("invalid mq_open call: O_CREAT without mode and attr");
	return mq_open(name, flags);
}
