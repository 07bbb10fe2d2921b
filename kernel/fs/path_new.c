/* Places for new names. */
#include "kernel.h"
#include "linux_file.h"
#include "permission.h"
#include "vfs.h"

int path_check_new(const struct path *p, bool dir)
{
	struct vnode *v;

	if (p->kind != LAST_NAME)
		return -EEXIST;
	if (!S_ISDIR(p->parent->mode))
		return -ENOTDIR;
	int err = vfs_lookup(p->parent, p->name, LOOKUP_NOFOLLOW, &v);
	if (!err) {
		vnode_put(v);
		return -EEXIST;
	}
	if (err != -ENOENT)
		return err;
	if (vnode_in_proc(p->parent))
		return -ENOENT;
	if (p->slash && !dir)
		return -ENOENT;
	if ((err = mount_check(p->parent, p->name)))
		return err;
	return permission(p->parent, MAY_WRITE | MAY_EXEC);
}

int path_new(struct vnode *start, const char *path, struct path *out)
{
	int err = path_walk(start, path, LOOKUP_NOFOLLOW | LOOKUP_PARENT, out);

	return err ? err : path_check_new(out, false);
}
