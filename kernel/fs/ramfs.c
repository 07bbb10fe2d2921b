/* Files in memory: making and removing them, mounts. */
#include "disks.h"
#include "kernel.h"
#include "linux_file.h"
#include "permission.h"
#include "ramfs.h"
#include "xattr.h"

#define TMPFS_MAGIC 0x01021994

/* fs/pipe.c and fs/devfs.c, where linked: what is behind a fifo or device made by mknod(). */
int fifo_open(struct vnode *v, struct file *f) __attribute__((weak, noplt));
void fifo_release(struct vnode *v) __attribute__((weak, noplt));
extern typeof(devnode_ops) devnode_ops __attribute__((weak, noplt));

int ram_special_open(struct vnode *v, struct file *f)
{
	if (S_ISFIFO(v->mode))
		return fifo_open ? fifo_open(v, f) : -ENXIO;
	if (S_ISBLK(v->mode))
		return devfs_disk_open(v->rdev, f);
	const struct file_ops *ops = S_ISCHR(v->mode) && devnode_ops ? devnode_ops(v->rdev) : NULL;
	if (!ops)
		return -ENXIO;
	f->ops = ops;
	return ops->open ? ops->open(f) : 0;
}

static void special_release(struct vnode *v)
{
	if (S_ISFIFO(v->mode) && fifo_release)
		fifo_release(v);
	ram_release(v);
}

static long ram_readlink(struct vnode *v, char *buf, size_t size)
{
	size = min(size, v->size);
	memcpy(buf, RAM(v)->target, size);
	return size;
}

static const struct vnode_ops special_ops = { .open = ram_special_open, .release = special_release };
static const struct vnode_ops link_ops = { .readlink = ram_readlink, .release = ram_release };

struct xattr **ram_xattrs(struct vnode *v)
{
	return v->ops->release == ram_release || v->ops->release == special_release ? &RAM(v)->xattrs : NULL;
}

struct vnode *ram_new(struct mount *m, u32 mode, u64 rdev)
{
	static u64 last_ino;
	struct ram_node *n = m && m->inodes >= RAM_LIMIT ? NULL : kzalloc(sizeof(*n));

	if (!n)
		return NULL;
	list_init(&n->dir.order);
	n->v = (struct vnode){
		.ops = S_ISREG(mode) ? &ram_file_ops : S_ISDIR(mode) ? &ram_dir_ops :
			S_ISLNK(mode) ? &link_ops : &special_ops,
		.refs = 1, .mode = mode, .rdev = rdev, .mount = m, .ino = ++last_ino,
		.nlink = S_ISDIR(mode) ? 2 : 1, .size = S_ISDIR(mode) ? 2 * ENTRY_BYTES : 0,
	};
	n->v.birth_ns = n->v.mtime_ns = n->v.atime_ns = n->v.ctime_ns = now_realtime();
	if (m)
		m->inodes++;
	return &n->v;
}

struct vnode *ramfs_anonymous(u32 mode)
{
	struct vnode *v = ram_new(NULL, S_IFREG | mode, 0);

	if (v) {
		v->nlink = 0;
		identity_own(NULL, v);
	}
	return v;
}

static int ram_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	struct ram_entry *e = ram_find(dir, name, len);

	if (!e)
		return -ENOENT;
	vnode_get(*out = e->v);
	return 0;
}

static int ram_create(struct vnode *dir, const char *name, size_t len, u32 mode, u64 rdev, struct vnode **out)
{
	if (!dir->nlink && name)
		return -ENOENT;
	struct vnode *v = ram_new(dir->mount, mode, rdev);
	if (!v)
		return -ENOSPC;
	identity_own(dir, v);
	if (!name) {	/* O_TMPFILE */
		v->nlink = 0;
		*out = v;
		return 0;
	}
	int err = ram_add(dir, name, len, v);
	if (err) {
		vnode_put(v);
		return err;
	}
	*out = v;
	return 0;
}

static int ram_symlink(struct vnode *dir, const char *name, size_t len, const char *target)
{
	struct vnode *v;
	char *copy = kstrdup(target);

	if (!copy)
		return -ENOSPC;
	int err = ram_create(dir, name, len, S_IFLNK | 0777, 0, &v);
	if (err) {
		kfree(copy);
		return err;
	}
	RAM(v)->target = copy;
	v->size = strlen(copy);
	vnode_put(v);
	return 0;
}

static int ram_link(struct vnode *dir, const char *name, size_t len, struct vnode *target)
{
	if (!dir->nlink)
		return -ENOENT;
	int err = ram_add(dir, name, len, target);
	if (err)
		return err;
	target->nlink++;
	target->ctime_ns = now_realtime();
	return 0;
}

static int ram_unlink(struct vnode *dir, const char *name, size_t len, bool rmdir)
{
	struct ram_entry *e = ram_find(dir, name, len);

	if (!e)
		return -ENOENT;
	if (rmdir && RAM(e->v)->dir.count)
		return -ENOTEMPTY;
	struct vnode *v = e->v;
	v->nlink -= rmdir ? 2 : 1;
	v->ctime_ns = now_realtime();
	ram_del(dir, e);
	return 0;
}

/* ramfs_rename.c. */
OPTIONAL int ram_rename(struct vnode *from, const char *name, size_t len, struct vnode *to, const char *new_name, size_t new_len, unsigned flags)
{
	return -EROFS;
}

const struct vnode_ops ram_dir_ops = {
	.lookup = ram_lookup, .create = ram_create, .symlink = ram_symlink, .link = ram_link,
	.unlink = ram_unlink, .rename = ram_rename, .readdir = ram_readdir, .release = ram_release,
};

static int mount(struct mount *m, u32 mode)
{
	m->root = ram_new(m, S_IFDIR | mode, 0);
	return m->root ? 0 : -ENOMEM;
}

static int mount_sticky(struct mount *m) { return mount(m, 01777); }
static int mount_plain(struct mount *m) { return mount(m, 0755); }

FSMOUNT(dev_shm, "/dev/shm", "tmpfs", TMPFS_MAGIC, mount_sticky);	/* after dev */
/* A home that can be written, as in a container, unless the image has files there. */
static int mount_home(struct mount *m)
{
	char name[NAME_MAX + 1];
	struct path at;
	u64 cookie = 0, ino;
	u8 type;
	int err = path_walk(root_vnode, m->path, LOOKUP_DIRECTORY, &at);

	if (err)
		return err;
	/* with an overlay it can be written anyway */
	err = !at.v->ops->readdir || at.v->ops->readdir(at.v, &cookie, name, &ino, &type) ? -ENOTEMPTY : mount(m, 0700);
	path_put(&at);
	return err;
}

FSMOUNT(home, "/root", "tmpfs", TMPFS_MAGIC, mount_home);
FSMOUNT(run, "/run", "tmpfs", TMPFS_MAGIC, mount_plain);
FSMOUNT(tmp, "/tmp", "tmpfs", TMPFS_MAGIC, mount_sticky);
FSMOUNT(var_tmp, "/var/tmp", "tmpfs", TMPFS_MAGIC, mount_sticky);
