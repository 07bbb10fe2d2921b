/* Files that have no name in any file system. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

static int refuse(struct vnode *v, struct file *f)
{
	return -ENXIO;
}

static const struct vnode_ops anon_vnode_ops = { .open = refuse };
static struct vnode anon_vnode = { .ops = &anon_vnode_ops, .refs = 1, .nlink = 1, .mode = 0600, .ino = 1 };

int anon_install(const struct file_ops *ops, const char *name, int flags, void *data)
{
	struct file *f = file_alloc(ops, flags & ~O_CLOEXEC);

	if (!f) {
		struct file gone = { .ops = ops, .data = data };
		ops->release(&gone);
		return -ENOMEM;
	}
	vnode_get(f->vnode = &anon_vnode);
	f->path = kstrdup(name);
	f->data = data;
	return fd_install(f, 0, flags & O_CLOEXEC);
}
