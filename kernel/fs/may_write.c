/* What modules ask of permission.h: it has weak answers, and theirs would be root's. */
#include "permission.h"

int vnode_may_write(struct vnode *v)
{
	return permission(v, MAY_WRITE);
}
