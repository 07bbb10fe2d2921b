/* Paths as programs give them: copied, then walked from a descriptor's
 * directory. Whoever takes paths gets all file systems: this is what pulls
 * them into a kernel. */
#include "file.h"

int path_get(const char *user, char **out)
{
	long n = user_strlen(user, PATH_MAX);

	if (n < 0)
		return n;
	if (!(*out = kmalloc(n + 1)))
		return -ENOMEM;
	memcpy(*out, user, n);
	(*out)[n] = 0;
	return 0;
}

int at_start(int dirfd, const char *path, int at, struct vnode **start, struct file **f)
{
	*start = NULL;
	*f = NULL;
	if (!*path && !(at & AT_EMPTY_PATH))
		return -ENOENT;
	if (*path == '/' || dirfd == AT_FDCWD)
		return 0;
	if (!(*f = fd_get(dirfd)))
		return -EBADF;
	*start = (*f)->vnode;
	if (*path && !S_ISDIR((*start)->mode))
		return -ENOTDIR;
	return 0;
}

/* A program whose names are all known has a definition of its own (fs/constant_paths.c). */
OPTIONAL void path_mounts(void)
{
	KEEP(fsmount_dev);
	KEEP(fsmount_dev_shm);
	KEEP(fsmount_home);
	KEEP(fsmount_proc);
	KEEP(fsmount_run);
	KEEP(fsmount_sys);
	KEEP(fsmount_tmp);
	KEEP(fsmount_var_tmp);
}

int at_walk(int dirfd, const char *user, int at, int lookup, struct path *out)
{
	struct vnode *start;
	struct file *f;
	char *path;

	path_mounts();
	out->parent = out->v = NULL;
	int err = path_get(user, &path);
	if (err)
		return err;
	if (!(err = at_start(dirfd, path, at, &start, &f))) {
		if (!*path && at & AT_EMPTY_PATH) {
			out->v = start ? start : cwd_vnode ? cwd_vnode : root_vnode;
			vnode_get(out->v);
			out->kind = LAST_DOT;
			out->slash = false;
			out->len = 0;
		} else {
			err = path_walk(start, path, lookup, out);
		}
	}
	if (f)
		file_put(f);
	kfree(path);
	return err;
}

int at_new(int dirfd, const char *user, bool dir, struct path *out)
{
	int err = at_walk(dirfd, user, 0, LOOKUP_NOFOLLOW | LOOKUP_PARENT, out);

	return err ? err : path_check_new(out, dir);
}
