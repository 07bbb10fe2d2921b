/* Files without a name: O_TMPFILE. Linux's names for them begin with '#' and show where somebody watches. */
#include "kernel.h"
#include "linux_file.h"
#include "permission.h"
#include "vfs.h"

const char unnamed_files[1];	/* what wants O_TMPFILE refers to it */

int open_unnamed(struct path *p, int flags, u32 mode)
{
	struct vnode *dir = p->v, *v;

	if (!S_ISDIR(dir->mode))
		return -ENOTDIR;
	int err = mount_check(dir, NULL);
	if (err)
		return err;
	if (!dir->ops->create)
		return -EOPNOTSUPP;
	err = permission(dir, MAY_WRITE | MAY_EXEC);
	if (err)
		return err;
	err = dir->ops->create(dir, NULL, 0, S_IFREG | (mode & 07777 & ~fs_umask), 0, &v);
	if (err)
		return err;
	vnode_put(p->parent);
	p->parent = dir;
	p->v = v;
	p->kind = LAST_NAME;
	p->followed = false;
	p->len = ksnprintf(p->name, sizeof(p->name), "#%lu", v->ino);
	v->linkable = !(flags & O_EXCL);
	return 0;
}
