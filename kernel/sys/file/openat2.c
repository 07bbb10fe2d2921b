#include "resolve.h"

struct open_how {
	u64 flags, mode, resolve;
};
#define RESOLVE_ALL	63UL
#define O_TMPFILE_BIT	020000000
#define O_PATH_FLAGS	(O_DIRECTORY | O_NOFOLLOW | O_PATH | O_CLOEXEC)

/* What open(2) ignores is an error (Linux fs/open.c, build_open_flags). */
static int check(const struct open_how *h)
{
	bool unnamed = h->flags & O_TMPFILE_BIT;

	if (h->flags & ~(u64)OPEN_FLAGS || h->resolve & ~RESOLVE_ALL)
		return -EINVAL;
	if ((h->resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)) == (RESOLVE_BENEATH | RESOLVE_IN_ROOT))
		return -EINVAL;
	if (h->mode & ~(unnamed || h->flags & O_CREAT ? 07777UL : 0))
		return -EINVAL;
	if ((h->flags & (O_DIRECTORY | O_CREAT)) == (O_DIRECTORY | O_CREAT))
		return -EINVAL;
	if (unnamed && (!(h->flags & O_DIRECTORY) || (h->flags & O_ACCMODE) == O_RDONLY))
		return -EINVAL;
	if (h->flags & O_PATH && h->flags & ~O_PATH_FLAGS)
		return -EINVAL;
	if (h->resolve & RESOLVE_CACHED && (unnamed || h->flags & (O_TRUNC | O_CREAT)))
		return -EAGAIN;
	return 0;
}

static int open_limited(struct vnode *start, char *path, const struct open_how *h, struct file **f)
{
	struct resolved r;
	int err = resolve(start, path, h->resolve, h->flags, &r);

	if (!err)
		err = vfs_open(r.dir, r.name, h->flags, h->mode, r.magic ? 0 : LOOKUP_NOFOLLOW, f);
	vnode_put(r.dir);
	kfree(r.name);
	return err;
}

static long do_openat2(int dirfd, const char *user, const struct open_how *h)
{
	struct vnode *start;
	struct file *f, *base;
	char *path;
	int err = path_get(user, &path);

	if (err)
		return err;
	/* RESOLVE_IN_ROOT: dirfd is of use for an absolute path too. */
	err = at_start(dirfd, *path && h->resolve & RESOLVE_IN_ROOT ? "." : path, 0, &start, &base);
	if (err)
		kfree(path);
	else
		err = open_limited(start, path, h, &f);
	if (base)
		file_put(base);
	if (err)
		return err;
	if (!(h->flags & O_PATH))
		f->flags |= O_LARGEFILE | (h->flags & O_DIRECTORY);
	return fd_install(f, 0, h->flags & O_CLOEXEC);
}

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
	int err = check(&how);
	if (err)
		return err;
	return how.resolve ? do_openat2(dirfd, path, &how) : do_open(dirfd, path, how.flags, how.mode, 0);
}
SYSCALL(437, openat2, FULL);
