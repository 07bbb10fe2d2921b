/* mount(2) and umount2(2), less what takes more than one namespace. */
#include "file_sync.h"
#include "file_system.h"
#include "notify.h"
#include "permission.h"

#define MNT_FORCE	1	/* <linux/fs.h> */
#define MNT_DETACH	2
#define UMOUNT_NOFOLLOW	8

/* "/dev/vdb": the second disk. */
static struct block_device *disk_find(const char *source)
{
	struct block_device *d = root_device;

	if (strncmp(source, "/dev/vd", 7) || source[7] < 'a' || source[7] > 'z' || source[8])
		return NULL;
	for (char c = source[7]; d && c > 'a'; c--)
		d = d->next;
	return d;
}

/* What is at the place V, a directory. */
static int remount(struct vnode *v, unsigned long flags)
{
	struct mount *m = v->mount;

	if (!m || m->root != v)
		return -EINVAL;
	if (!m->file_system)
		return -EPERM;
	if (!(flags & MS_RDONLY) && m->readonly_always)
		return -EROFS;
	m->readonly = flags & MS_RDONLY;
	return 0;
}

/* Where a file system is to be seen: a name in a directory, which is held, as the file system may sleep while it mounts.
 * It may hide one that the kernel has from the start, such as /tmp. */
struct place {
	struct vnode *parent;
	bool taken, dir;	/* there is something, a directory */
	size_t len;
	char name[NAME_MAX + 1];
};

static int place_of(struct path *p, struct place *at)
{
	struct vnode *parent = p->parent;
	const char *name = p->name;

	if (p->v) {
		parent = p->v->parent;
		name = p->v->name;
		if (p->v == root_vnode || (p->v->mount && p->v->mount->root == p->v && p->v->mount->file_system))
			return -EBUSY;
		if (!name)	/* it was removed */
			return -ENOENT;
	}
	at->taken = p->v;
	at->dir = p->v && S_ISDIR(p->v->mode);
	at->len = strlen(name);
	if (at->len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(at->name, name, at->len + 1);
	vnode_get(at->parent = parent);
	return 0;
}

static int fill(struct mount *m, const char *source, const struct place *at, const char *options)
{
	struct file_system *t = m->file_system;
	struct block_device *disk = NULL;
	char *path = kmalloc(PATH_MAX);

	if (path && vnode_path(at->parent, at->name, path, PATH_MAX) > 0)
		m->path = kstrdup(path);
	kfree(path);
	m->source = kstrdup(source);
	if (!m->path || !m->source)
		return -ENOMEM;
	m->name = m->path + strlen(m->path) - at->len;
	m->type = t->name;
	m->magic = t->magic;
	if (t->on_disk && !(disk = disk_find(source)))
		return strncmp(source, "/dev/", 5) ? -ENOTBLK : -ENOENT;
	return t->mount(m, disk, options);
}

static void mount_free(struct mount *m)
{
	kfree((void *)m->source);
	kfree((void *)m->path);
	kfree(m);
}

/* Gives back the mount's own reference: nothing else is in use. */
static void mount_end(struct mount *m)
{
	vnode_put(m->root);
	if (m->file_system->unmount)
		m->file_system->unmount(m);
	mount_free(m);
}

static int mount_new(const char *source, const struct place *at, struct file_system *t, unsigned long flags, const char *options)
{
	struct mount *m = kzalloc(sizeof(*m));

	if (!m)
		return -ENOMEM;
	m->file_system = t;
	m->readonly = flags & MS_RDONLY;
	int err = fill(m, source, at, options);
	if (err) {
		mount_free(m);
		return err;
	}
	if (at->taken && at->dir != S_ISDIR(m->root->mode)) {	/* a directory covers one, and a file a file */
		mount_end(m);
		return -ENOTDIR;
	}
	vnode_adopt(at->parent, at->name, at->len, m->root);
	if (!m->root->parent) {		/* out of memory; without it there would be no way out of the mount */
		mount_end(m);
		return -ENOMEM;
	}
	m->readonly |= m->readonly_always;
	mount_attach(m, at->parent);
	return 0;
}

int mount_on(const char *source, const char *target, const char *type, unsigned long flags, const char *options, bool make)
{
	struct file_system *t;
	struct place at;
	struct path p;

	if ((flags & MS_MAGIC_MASK) == MS_MAGIC)
		flags &= ~MS_MAGIC_MASK;
	if (flags & (MS_BIND | MS_MOVE | MS_PROPAGATION))
		return -EINVAL;
	int err = path_walk(NULL, target, make ? LOOKUP_MISSING : 0, &p);
	if (err)
		return err;
	if (flags & MS_REMOUNT) {
		err = remount(p.v, flags);
	} else if (!(err = place_of(&p, &at))) {
		err = (t = file_system_find(type)) ? mount_new(source, &at, t, flags, options) : -ENODEV;
		vnode_put(at.parent);
	}
	path_put(&p);
	return err;
}

int vfs_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *options)
{
	return mount_on(source, target, type, flags, options, false);
}
IMPLEMENT(vfs_mount);

/* What mount_attach() did is undone. */
static void detach(struct mount *m)
{
	struct vnode *parent = m->root->parent;
	struct mount **at = &mounts_all;

	while (*at != m)
		at = &(*at)->next;
	*at = m->next;
	for (at = &parent->mounts; *at != m; )
		at = &(*at)->sibling;
	*at = m->sibling;
	vnode_put(parent);
}

/* Takes over the caller's reference of V. */
static int unmount(struct vnode *v, bool lazily)
{
	struct mount *m = v->mount;
	int err = !capable(CAP_SYS_ADMIN) ? -EPERM : !m || m->root != v ? -EINVAL : !m->file_system ? -EPERM : 0;

	/* One reference is the mount's, one the caller's. */
	bool used = v->refs > 2 && (err || !notify_unmount(m));
	if (!err && used && !lazily)
		err = -EBUSY;
	if (!err)
		detach(m);
	vnode_put(v);
	if (err)
		return err;
	if (used)	/* MNT_DETACH: struct mount stays, for the files that are in use */
		vnode_put(v);
	else
		mount_end(m);
	return 0;
}

int vfs_unmount(const char *target, int flags)
{
	struct vnode *v;

	if (flags & ~(MNT_FORCE | MNT_DETACH | UMOUNT_NOFOLLOW))
		return -EINVAL;
	file_systems_sync(false);	/* a file that is not written yet is in use */
	int err = vfs_lookup(NULL, target, flags & UMOUNT_NOFOLLOW ? LOOKUP_NOFOLLOW : 0, &v);
	return err ? err : unmount(v, flags & MNT_DETACH);
}
IMPLEMENT(vfs_unmount);
