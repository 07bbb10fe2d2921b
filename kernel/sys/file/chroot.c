#include "file.h"

/* Modules that are loaded later on are looked for below the new root, as are libraries. */
long sys_chroot(const char *path)
{
	KERNEL_LOCK();
	PATH_VAR(p);
	int err = at_walk(AT_FDCWD, path, 0, LOOKUP_DIRECTORY, &p);

	if (err || (err = permission(p.v, MAY_EXEC)))
		return err;
	if (!capable(CAP_SYS_CHROOT))
		return -EPERM;
	if (!cwd_vnode)		/* it stays where it is */
		vnode_get(cwd_vnode = root_vnode);
	vnode_get(p.v);
	vnode_put(root_vnode);
	root_vnode = p.v;
	return 0;
}
SYSCALL(161, chroot, FULL);
