#include "file.h"
#include "inotify.h"

long do_link(int from_fd, const char *from, int to_fd, const char *to, int flags)
{
	PATH_VAR(a);
	PATH_VAR(b);
	int err;

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if ((err = at_walk(from_fd, from, flags, flags & AT_SYMLINK_FOLLOW ? 0 : LOOKUP_NOFOLLOW, &a)) ||
	    (err = at_new(to_fd, to, false, &b)))
		return err;
	if (a.v->mount != b.parent->mount)
		return -EXDEV;
	if (S_ISDIR(a.v->mode) || !b.parent->ops->link)
		return -EPERM;
	if (!a.v->nlink && !a.v->linkable)	/* a removed file has no way back */
		return -ENOENT;
	if (!(err = b.parent->ops->link(b.parent, b.name, b.len, a.v))) {
		a.v->linkable = false;
		notify_self(a.v, IN_ATTRIB);
		notify_entry(b.parent, b.name, a.v, IN_CREATE);
	}
	return err;
}

long sys_link(const char *from, const char *to)
{
	KERNEL_LOCK();
	return do_link(AT_FDCWD, from, AT_FDCWD, to, 0);
}
SYSCALL(86, link, FULL);

long sys_linkat(int from_fd, const char *from, int to_fd, const char *to, int flags)
{
	KERNEL_LOCK();
	return do_link(from_fd, from, to_fd, to, flags);
}
SYSCALL(265, linkat, FULL);
