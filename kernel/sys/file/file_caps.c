/* Capabilities that a file gives (capabilities(7)). The definition of what include/permission.h has as doing nothing. */
#include "kernel.h"
#include "linux_file.h"
#include "overlay.h"
#include "vfs.h"
#include "xattr.h"

const char file_caps_anchor[0];	/* what sets attributes refers to this, so that this file is linked */

void file_caps_drop(struct vnode *v)
{
	struct xattr **p = S_ISREG(v->mode) ? ram_xattrs(overlay_real(v)) : NULL;

	for (; p && *p; p = &(*p)->next)
		if (!strcmp((*p)->name, "security.capability")) {
			struct xattr *x = *p;
			*p = x->next;
			kfree(x);
			return;
		}
}
