/* Vnode references, and where a vnode was found. */
#include "inotify.h"
#include "kernel.h"
#include "vfs.h"

struct vnode *root_vnode, *cwd_vnode;

void vnode_get(struct vnode *v)
{
	v->refs++;
}

void vnode_put(struct vnode *v)
{
	while (v && --v->refs == 0) {
		struct vnode *up = v->parent;

		kfree(v->name);
		v->name = NULL;
		v->parent = NULL;
		if (v->ops->release)
			v->ops->release(v);
		v = up;
	}
	if (v && v->watches && !v->nlink)
		notify_unused(v);
}

/* The first place known stays, as long as the name does. That also keeps the
 * chain of parents free of cycles, whatever a hostile image's entries say. */
void vnode_adopt(struct vnode *dir, const char *name, size_t len, struct vnode *child)
{
	if (child->parent || child == root_vnode || child == dir)
		return;
	char *copy = kmalloc(len + 1);
	if (!copy)
		return;
	memcpy(copy, name, len);
	copy[len] = 0;
	vnode_get(dir);
	child->parent = dir;
	child->name = copy;
}

void vnode_orphan(struct vnode *v)
{
	struct vnode *up = v->parent;

	kfree(v->name);
	v->name = NULL;
	v->parent = NULL;
	vnode_put(up);
}
