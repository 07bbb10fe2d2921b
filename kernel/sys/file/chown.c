#include "file.h"
#include "inotify.h"

static long set(struct vnode *v, u32 uid, u32 gid)
{
	struct vnode_change c = { .valid = (uid != ~0u ? ATTR_UID : 0) | (gid != ~0u ? ATTR_GID : 0), .uid = uid, .gid = gid };
	int err = vnode_writable(v);

	if (!err && !permission_chown(v, uid, gid))
		err = -EPERM;
	if (err || (err = vnode_setattr(v, &c)))
		return err;
	if (uid != ~0u)
		v->uid = uid;
	if (gid != ~0u)
		v->gid = gid;
	if (!S_ISDIR(v->mode)) {	/* a new owner must not inherit set-id rights */
		if (v->mode & 010)
			v->mode &= ~02000;
		v->mode &= ~04000;
	}
	file_caps_drop(v);
	v->ctime_ns = now_realtime();
	notify_file(v, IN_ATTRIB);
	return 0;
}

long do_chown(int dirfd, const char *path, u32 uid, u32 gid, int flags)
{
	PATH_VAR(p);

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	int err = at_walk(dirfd, path, flags, flags & AT_SYMLINK_NOFOLLOW ? LOOKUP_NOFOLLOW : 0, &p);
	return err ? err : set(p.v, uid, gid);
}

long sys_chown(const char *path, u32 uid, u32 gid)
{
	KERNEL_LOCK();
	return do_chown(AT_FDCWD, path, uid, gid, 0);
}
SYSCALL(92, chown, FULL);

long sys_fchown(int fd, u32 uid, u32 gid)
{
	KERNEL_LOCK();
	FD_FILE(f, fd);
	return set(f->vnode, uid, gid);
}
SYSCALL(93, fchown, FULL);

long sys_lchown(const char *path, u32 uid, u32 gid)
{
	KERNEL_LOCK();
	return do_chown(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
}
SYSCALL(94, lchown, FULL);

long sys_fchownat(int dirfd, const char *path, u32 uid, u32 gid, int flags)
{
	KERNEL_LOCK();
	return do_chown(dirfd, path, uid, gid, flags);
}
SYSCALL(260, fchownat, FULL);
