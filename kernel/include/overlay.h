/* What the overlay over the root file system (fs/overlay) tells those who know files in memory by their insides. */
#ifndef OVERLAY_H
#define OVERLAY_H

#include "kernel.h"

struct vnode;

/* The vnode that has V's contents and attributes now. */
OPTIONAL struct vnode *overlay_real(struct vnode *v) { return v; }
/* V is about to get or lose an extended attribute. 0 or -errno. */
OPTIONAL int overlay_write_xattrs(struct vnode *v) { return 0; }

#endif
