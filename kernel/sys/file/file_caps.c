/* Capabilities that a file gives (capabilities(7)). The definition of what include/permission.h has as doing nothing. */
#include "kernel.h"
#include "linux_file.h"
#include "overlay.h"
#include "vfs.h"
#include "xattr.h"

const char file_caps_anchor[0];	/* what sets attributes refers to this, so that this file is linked */

static void drop_kept(struct vnode *v, const struct xattr_ops *x)
{
	if (x->get(v, "security.capability", NULL, 0) > 0)
		x->set(v, "security.capability", NULL, 0, 0);
}

void file_caps_drop(struct vnode *v)
{
	const struct shared_ops *s = v->ops->shared;

	if (S_ISREG(v->mode) && s && s->xattrs)
		return drop_kept(v, s->xattrs);
	struct xattr **p = S_ISREG(v->mode) ? ram_xattrs(overlay_real(v)) : NULL;

	for (; p && *p; p = &(*p)->next)
		if (!strcmp((*p)->name, "security.capability")) {
			struct xattr *x = *p;
			*p = x->next;
			kfree(x);
			return;
		}
}
