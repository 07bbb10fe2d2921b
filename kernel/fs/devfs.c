/* /dev: the nodes that the linker gathered, and behind them the disks. */
#include "disks.h"
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

#define NODES		(devnode_end - devnode_start)
#define ZERO_DEVICE	MAKEDEV(1, 5)

static struct vnode *nodes;

static struct vnode *disk(struct vnode *dir, u64 i, char *name)
{
	struct vnode *v = devfs_disk(i, name);

	if (v) {
		v->mount = dir->mount;
		v->ino = NODES + 2 + i;
	}
	return v;
}

const struct file_ops *devnode_ops(u64 rdev)
{
	for (const struct devnode *n = devnode_start; n < devnode_end; n++)
		if (S_ISCHR(n->mode) && n->rdev == rdev)
			return n->ops;
	return NULL;
}

const struct devnode *devnode_at(unsigned i)
{
	return i < NODES ? &devnode_start[i] : NULL;
}

static int dev_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	for (const struct devnode *n = devnode_start; n < devnode_end; n++)
		if (strlen(n->name) == len && !memcmp(n->name, name, len)) {
			vnode_get(*out = &nodes[n - devnode_start]);
			return 0;
		}
	struct vnode *v;
	char other[8];
	for (u64 i = 0; (v = disk(dir, i, other)); i++)
		if (strlen(other) == len && !memcmp(other, name, len)) {
			vnode_get(*out = v);
			return 0;
		}
	return -ENOENT;
}

static int dev_readdir(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	if (*cookie >= (u64)NODES) {
		struct vnode *v = disk(dir, *cookie - NODES, name);
		if (!v)
			return 0;
		++*cookie;
		*ino = v->ino;
		*type = DT_BLK;
		return 1;
	}
	const struct devnode *n = devnode_start + (*cookie)++;
	memcpy(name, n->name, strlen(n->name) + 1);
	*ino = *cookie + 1;
	*type = MODE_TO_DT(n->mode);
	return 1;
}

static long dev_readlink(struct vnode *v, char *buf, size_t size)
{
	const struct devnode *n = v->data;

	size = min(size, strlen(n->target));
	memcpy(buf, n->target, size);
	return size;
}

static int dev_open(struct vnode *v, struct file *f)
{
	f->ops = ((const struct devnode *)v->data)->ops;
	return f->ops->open ? f->ops->open(f) : 0;
}

/* mmap(2) of /dev/zero is taken for anonymous memory: it only asks whether there is this. */
static int dev_getpage(struct vnode *v, u64 index, bool for_write, void **page)
{
	return -ENODEV;
}

static const struct vnode_ops dir_ops = { .lookup = dev_lookup, .readdir = dev_readdir };
static const struct vnode_ops link_ops = { .readlink = dev_readlink };
static const struct vnode_ops node_ops = { .open = dev_open };
static const struct vnode_ops zero_ops = { .open = dev_open, .getpage = dev_getpage };

static int dev_mount(struct mount *m)
{
	struct vnode *root = kzalloc((1 + NODES) * sizeof(*root));
	u64 now = now_realtime();

	if (!root)
		return -ENOMEM;
	nodes = root + 1;
	*root = (struct vnode){ .ops = &dir_ops, .refs = 1, .mode = S_IFDIR | 0755, .nlink = 2, .ino = 1, .mount = m,
		.mtime_ns = now, .atime_ns = now, .ctime_ns = now };
	for (u64 i = 0; i < (u64)NODES; i++) {
		const struct devnode *n = devnode_start + i;
		nodes[i] = (struct vnode){
			.ops = S_ISLNK(n->mode) ? &link_ops : n->rdev == ZERO_DEVICE ? &zero_ops : &node_ops,
			.refs = 1, .mode = n->mode, .nlink = 1, .ino = i + 2, .mount = m, .rdev = n->rdev,
			.size = n->target ? strlen(n->target) : 0, .data = (void *)n,
			.mtime_ns = now, .atime_ns = now, .ctime_ns = now,
		};
	}
	m->root = root;
	m->inodes = NODES + 1;
	KEEP(devnode_null);
	KEEP(devnode_zero);
	KEEP(devnode_full);
	KEEP(devnode_random);
	KEEP(devnode_urandom);
	KEEP(devnode_console);
	KEEP(devnode_tty);
	KEEP(devnode_stdin);
	KEEP(devnode_stdout);
	KEEP(devnode_stderr);
	KEEP(devnode_fd);
	return 0;
}
FSMOUNT(dev, "/dev", "devtmpfs", 0x01021994, dev_mount);
