/* Who may do what with an object (sysvipc(7), "Permissions"). */
#include "ipc.h"

OPTIONAL bool capable(int cap) { (void)cap; return true; }
/* sys/identity/permission.c: not root, or root of another group. */
OPTIONAL bool in_group(u32 gid) { return gid == identity()->group.effective; }

static bool mine(const struct ipc_object *o)
{
	return identity()->user.effective == o->perm.uid || identity()->user.effective == o->perm.cuid;
}

bool ipc_allows(const struct ipc_object *o, int flags)
{
	u32 asked = flags >> 6 | flags >> 3 | flags, has = o->perm.mode;

	if (mine(o))
		has >>= 6;
	else if (in_group(o->perm.cgid) || in_group(o->perm.gid))
		has >>= 3;
	return !(asked & ~has & 7) || capable(CAP_IPC_OWNER);
}

bool ipc_owned(const struct ipc_object *o)
{
	return mine(o) || capable(CAP_SYS_ADMIN);
}

int ipc_change(struct ipc_object *o, const struct ipc_perm *to)
{
	if (to->uid == ~0u || to->gid == ~0u)
		return -EINVAL;
	o->perm.uid = to->uid;
	o->perm.gid = to->gid;
	o->perm.mode = (o->perm.mode & ~0777) | (to->mode & 0777);
	return 0;
}
