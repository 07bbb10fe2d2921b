/* As whom the program begins, as execve(2) leaves it: uk run --user, and what the program's file gives (Linux fs/exec.c,
 * bprm_fill_uid(); security/commoncap.c). Only images for whose program that differs from root have this. */
#include "driver.h"
#include "kernel.h"
#include "linux_file.h"
#include "permission.h"
#include "vfs.h"
#include "xattr.h"

const char identity_user[0];	/* the root for the linker: identity_start() itself has a weak definition too */

/* The attribute security.capability (Linux include/uapi/linux/capability.h). */
struct file_caps {
	u32 magic;		/* revision and flags */
	struct { u32 permitted, inheritable; } words[2];
	u32 root;		/* of revision 3: of which user namespace it is; there is only that of 0 */
};
#define REVISION(magic)	((magic) >> 24)
#define EFFECTIVE	1

static const char *number(const char *s, u32 *n)
{
	for (*n = 0; *s >= '0' && *s <= '9'; s++)
		*n = *n * 10 + *s - '0';
	return s;
}

/* "UID" or "UID:GID"; the runner has checked it. As login(1) leaves it: no further group. */
static void begin_as(const char *given, u32 *uid, u32 *gid)
{
	*uid = *gid = 0;
	if (given && *(given = number(given, uid)) == ':')
		number(given + 1, gid);
}

static bool caps_of(struct vnode *v, struct file_caps *c)
{
	long n = rofs_has_xattrs(v) ? rofs_xattr(v, "security.capability", c, sizeof(*c)) : 0;
	u32 revision = n < 4 ? 0 : REVISION(c->magic);

	return (revision == 2 && n == 20) || (revision == 3 && n == 24 && !c->root);
}

/* The identity that the program V has when UID and GID start it. Returns AT_SECURE. */
static bool become(struct vnode *v, u32 uid, u32 gid)
{
	u32 euid = v->mode & 04000 ? v->uid : uid, egid = (v->mode & 02010) == 02010 ? v->gid : gid;
	struct file_caps c;
	bool has = caps_of(v, &c), effective = has && c.magic & EFFECTIVE;
	u64 caps = has ? (c.words[0].permitted | (u64)c.words[1].permitted << 32) & CAP_ALL : 0;

	/* Root has all, but not by way of a file that says which. */
	if (!(has && uid && !euid)) {
		if (!uid || !euid)
			caps = CAP_ALL;
		effective |= !euid;
	}
	identity_first.user = (struct ids){ uid, euid, euid, euid };
	identity_first.group = (struct ids){ gid, egid, egid, egid };
	identity_first.permitted = caps;
	identity_first.in_effect = effective ? caps : 0;
	identity_first.dumpable = uid == euid && gid == egid;
	return uid != euid || gid != egid || (uid && (effective || caps));
}

void identity_start(u64 (*aux)[2])
{
	KEEP(permission_anchor);
	u32 uid, gid;
	struct vnode *v;

	begin_as(cmdline_get(CMD_USER, 0), &uid, &gid);
	if (!exe_path || vfs_lookup(root_vnode, exe_path, 0, &v))
		return;
	bool secure = become(v, uid, gid);
	vnode_put(v);
	for (; (*aux)[0] != AT_NULL; aux++)
		switch ((*aux)[0]) {
		case AT_UID: (*aux)[1] = uid; break;
		case AT_EUID: (*aux)[1] = identity_first.user.effective; break;
		case AT_GID: (*aux)[1] = gid; break;
		case AT_EGID: (*aux)[1] = identity_first.group.effective; break;
		case AT_SECURE: (*aux)[1] = secure; break;
		}
}
