/* What modules ask of permission.h: it has weak answers, and theirs would be root's. */
#include "permission.h"

void vnode_own(struct vnode *dir, struct vnode *v)
{
	identity_own(dir, v);
}
