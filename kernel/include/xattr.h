/* Extended attributes in memory: what vnode_ops.xattrs leads to. */
#ifndef XATTR_H
#define XATTR_H

#include "types.h"

#ifndef ENODATA
#define ENODATA 61
#endif

struct vnode;
struct xattr {
	struct xattr *next;	/* by name */
	size_t size;
	char *value;		/* behind the name */
	char name[];
};

/* fs/ramfs.c: where the list of V is; NULL: V is of another file system. */
struct xattr **ram_xattrs(struct vnode *v);

#endif
