/* What the program's identity allows (sys/identity/permission.c). The program is root until something can make it
 * another user: only then are there checks. */
#ifndef PERMISSION_H
#define PERMISSION_H

#include "hooks.h"
#include "identity.h"
#include "vfs.h"

#define MAY_EXEC	1
#define MAY_WRITE	2
#define MAY_READ	4

/* 0 or -EACCES. For a directory MAY_EXEC is to look names up in it. */
OPTIONAL int permission(struct vnode *v, int want) { return 0; }
OPTIONAL bool capable(int cap) { return true; }
/* May it change what only the owner may? */
OPTIONAL bool owner_or_capable(const struct vnode *v) { return true; }
/* May the name of V, in DIR, go away? 0, -EACCES or -EPERM. */
OPTIONAL int permission_delete(struct vnode *dir, struct vnode *v) { return 0; }
/* V is new in DIR: gives it its owner and group, and MODE as they have it. */
OPTIONAL void identity_own(struct vnode *dir, struct vnode *v)
{
	if (!dir || !(dir->mode & 02000))	/* S_ISGID */
		return;
	v->gid = dir->gid;
	if (S_ISDIR(v->mode))
		v->mode |= 02000;
}

/* May V, which was there before, be opened? After CHECK, whose errors come first. */
OPTIONAL int permission_open(struct vnode *v, int flags, int (*check)(struct vnode *v, int flags)) { return 0; }
/* The mode that V gets when MODE is asked for: without set-group-id for a group that the program is not of. */
OPTIONAL u32 identity_mode(const struct vnode *v, u32 mode) { return mode; }
/* May V's owner become UID, its group GID (~0: stays)? */
OPTIONAL bool permission_chown(const struct vnode *v, u32 uid, u32 gid) { return true; }
/* May V's times change, to now or to others? 0, -EACCES or -EPERM. */
OPTIONAL int permission_utimes(struct vnode *v, bool now) { return 0; }
/* V was written to, or has another owner: the capabilities that it gives go (sys/file/file_caps.c). */
OPTIONAL void file_caps_drop(struct vnode *v) {}
/* V was written to: it loses what it had of set-user-id and set-group-id. */
OPTIONAL void identity_written(struct vnode *v) {}
#endif
