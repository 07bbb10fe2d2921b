#include "file.h"

struct open_how {
	u64 flags, mode, resolve;
};
#define RESOLVE_NO_SYMLINKS	4

/* openat2(2); of resolve only RESOLVE_NO_SYMLINKS. */
long sys_openat2(int dirfd, const char *path, const struct open_how *user, size_t size)
{
	struct open_how how;

	KERNEL_LOCK();
	if (size < sizeof(how))
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	CHECK_READ(user, size);
	for (size_t i = sizeof(how); i < size; i++)
		if (((const char *)user)[i])
			return -E2BIG;
	how = *user;
	if (how.flags >> 32 || how.resolve & ~RESOLVE_NO_SYMLINKS || how.mode & ~07777UL ||
	    (how.mode && !(how.flags & (O_CREAT | 020000000))))
		return -EINVAL;
	return do_open(dirfd, path, how.flags, how.mode, how.resolve ? LOOKUP_NOLINKS : 0);
}
SYSCALL(437, openat2, PARTIAL("of resolve only RESOLVE_NO_SYMLINKS"));
