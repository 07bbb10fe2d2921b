/* openat2(2)'s walk, one name at a time. */
#ifndef SYS_FILE_RESOLVE_H
#define SYS_FILE_RESOLVE_H

#include "file.h"

#define RESOLVE_NO_XDEV		1
#define RESOLVE_NO_MAGICLINKS	2
#define RESOLVE_NO_SYMLINKS	4
#define RESOLVE_BENEATH		8
#define RESOLVE_IN_ROOT		16
#define RESOLVE_CACHED		32

/* Where a walk ended: NAME in DIR, which may not be there. Both are to be given back. */
struct resolved {
	struct vnode *dir;
	char *name;		/* kmalloc'ed; "." for DIR itself */
	bool magic;		/* NAME is a link of /proc that may be followed */
};
/* From START (NULL: the working directory) along PATH, which it frees. HOW: RESOLVE_*. FLAGS: O_*, of which
 * O_NOFOLLOW, O_CREAT and O_EXCL matter. */
int resolve(struct vnode *start, char *path, u64 how, int flags, struct resolved *out);

#endif
