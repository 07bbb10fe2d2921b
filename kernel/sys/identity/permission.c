/* Modes, owners and capabilities (path_resolution(7), capabilities(7)). Definitions of what include/permission.h
 * has as always allowed. */
#include "identity.h"
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

#define MAY_EXEC	1
#define MAY_WRITE	2
#define MAY_READ	4

const char permission_anchor[0];	/* what can change the identity refers to this, so that this file is linked */

/* access(2) asks for the real ids. */
static u32 user(void)
{
	return current()->as_real ? identity()->user.real : identity()->user.fs;
}

bool in_group(u32 gid)
{
	if (gid == (current()->as_real ? identity()->group.real : identity()->group.fs))
		return true;
	for (u32 i = 0; i < identity()->group_count; i++)
		if (identity()->groups[i] == gid)
			return true;
	return false;
}

bool capable(int cap)
{
	u64 caps = identity()->in_effect;

	if (current()->as_real && !(identity()->securebits & SECURE_NO_SETUID_FIXUP))
		caps = identity()->user.real ? 0 : identity()->permitted;
	return caps & CAP_BIT(cap);
}

bool owner_or_capable(const struct vnode *v)
{
	return v->uid == identity()->user.fs || capable(CAP_FOWNER);
}

int permission(struct vnode *v, int want)
{
	u32 mode = v->uid == user() ? v->mode >> 6 : in_group(v->gid) ? v->mode >> 3 : v->mode;

	if (!(want & ~mode & 7))
		return 0;
	bool dir = S_ISDIR(v->mode);
	if ((dir || !(want & MAY_EXEC) || v->mode & 0111) && capable(CAP_DAC_OVERRIDE))
		return 0;
	if (!(want & (dir ? MAY_WRITE : MAY_WRITE | MAY_EXEC)) && capable(CAP_DAC_READ_SEARCH))
		return 0;
	return -EACCES;
}

/* O_RDONLY, O_WRONLY, O_RDWR; and 3, which is for ioctl only, wants both. */
int permission_open(struct vnode *v, int flags, int (*check)(struct vnode *v, int flags))
{
	static const u8 wants[] = { MAY_READ, MAY_WRITE, MAY_READ | MAY_WRITE, MAY_READ | MAY_WRITE };
	int err = check(v, flags);

	if (err || flags & O_PATH)
		return err;
	err = permission(v, wants[flags & O_ACCMODE] | (flags & O_TRUNC ? MAY_WRITE : 0));
	return !err && flags & O_NOATIME && !owner_or_capable(v) ? -EPERM : err;
}

int permission_delete(struct vnode *dir, struct vnode *v)
{
	int err = permission(dir, MAY_WRITE | MAY_EXEC);

	if (err)
		return err;
	bool sticky = dir->mode & 01000 && v->uid != identity()->user.fs && dir->uid != identity()->user.fs;
	return sticky && !capable(CAP_FOWNER) ? -EPERM : 0;
}

void identity_own(struct vnode *dir, struct vnode *v)
{
	v->uid = identity()->user.fs;
	v->gid = identity()->group.fs;
	if (!dir || !(dir->mode & 02000))
		return;
	v->gid = dir->gid;
	if (S_ISDIR(v->mode))
		v->mode |= 02000;
	else if ((v->mode & 02010) == 02010 && !in_group(v->gid) && !capable(CAP_FSETID))
		v->mode &= ~02000;
}

u32 identity_mode(const struct vnode *v, u32 mode)
{
	return in_group(v->gid) || capable(CAP_FSETID) ? mode : mode & ~02000;
}

bool permission_chown(const struct vnode *v, u32 uid, u32 gid)
{
	if (capable(CAP_CHOWN))
		return true;
	bool mine = v->uid == identity()->user.fs;
	return (uid == ~0u || (mine && uid == v->uid)) && (gid == ~0u || (mine && (gid == v->gid || in_group(gid))));
}

int permission_utimes(struct vnode *v, bool now)
{
	if (owner_or_capable(v))
		return 0;
	return now ? permission(v, MAY_WRITE) : -EPERM;
}

void identity_written(struct vnode *v)
{
	if (!S_ISREG(v->mode) || capable(CAP_FSETID))
		return;
	v->mode &= ~04000;
	if (v->mode & 010)
		v->mode &= ~02000;
}
