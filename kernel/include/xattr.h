/* Extended attributes: of files in memory, and of the image's. */
#ifndef XATTR_H
#define XATTR_H

#include "hooks.h"
#include "rofs_xattr.h"
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

#define XATTR_CREATE	1
#define XATTR_REPLACE	2

/* Of a file system that keeps them by itself (shared_ops). Names are whole ones, in the kernel's memory, and so are values. */
struct xattr_ops {
	long (*get)(struct vnode *v, const char *name, void *value, size_t size);	/* SIZE 0: only how long it is; -ERANGE */
	int (*set)(struct vnode *v, const char *name, const void *value, size_t size, int flags);	/* VALUE NULL: removes it */
	int (*next)(struct vnode *v, u64 *at, char *name);	/* NAME has 256 bytes; 1, 0 behind the last, or -errno */
};

/* fs/ramfs.c: where the list of V is; NULL: V is of another file system. */
struct xattr **ram_xattrs(struct vnode *v);

/* fs/rofs2.c. true: V is of the root file system, and that keeps attributes. */
OPTIONAL bool rofs_has_xattrs(struct vnode *v) { return false; }
/* The next one of V. 1, 0 behind the last, or -errno. */
OPTIONAL int rofs_xattr_next(struct vnode *v, struct rofs_xattr *x) { return 0; }
OPTIONAL int rofs_xattr_value(const struct rofs_xattr *x, void *value) { return 0; }

/* fs/rofs_xattr.c: the value of the attribute NAME, if it has SIZE bytes at most; 0: only how many it has. Or -errno. */
long rofs_xattr(struct vnode *v, const char *name, void *value, size_t size);

#endif
