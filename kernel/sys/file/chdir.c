#include "file.h"

static long go(struct vnode *v)
{
	if (!S_ISDIR(v->mode))
		return -ENOTDIR;
	int err = permission(v, MAY_EXEC);
	if (err)
		return err;
	vnode_get(v);
	vnode_put(cwd_vnode);
	cwd_vnode = v;
	return 0;
}

long sys_chdir(const char *path)
{
	KERNEL_LOCK();
	PATH_VAR(p);
	int err = at_walk(AT_FDCWD, path, 0, LOOKUP_DIRECTORY, &p);
	return err ? err : go(p.v);
}
SYSCALL(80, chdir, FULL);

long sys_fchdir(int fd)
{
	KERNEL_LOCK();
	FD_ANY(f, fd);
	return go(f->vnode);
}
SYSCALL(81, fchdir, FULL);
