/* The value of an extended attribute of a file of the image. */
#include "kernel.h"
#include "vfs.h"
#include "xattr.h"

long rofs_xattr(struct vnode *v, const char *name, void *value, size_t size)
{
	struct rofs_xattr x = { 0 };
	int err;

	while ((err = rofs_xattr_next(v, &x)) > 0) {
		if (strcmp(x.name, name))
			continue;
		if (!size)
			return x.size;
		if (size < x.size)
			return -ERANGE;
		err = rofs_xattr_value(&x, value);
		return err ? err : (long)x.size;
	}
	return err ? err : -ENODATA;
}
