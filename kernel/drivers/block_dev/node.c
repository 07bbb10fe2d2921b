/* Nodes in /dev for the disks that drivers found. */
#include "block_dev.h"
#include "disks.h"
#include "kernel.h"
#include "linux_file.h"

#define MAJOR		254	/* the first that Linux gives out itself */
#define MINORS		16	/* a disk; the others would be partitions */
#define DISKS		26	/* vda to vdz */

/* The image builder's root for CONFIG_BLOCK_DEV. */
const char drv_block_dev[1];

static struct disk_node *nodes[DISKS];

static long disk_seek(struct file *f, s64 offset, int whence)
{
	u64 size = disk_bytes(disk_of(f));

	if (whence == SEEK_SET ? offset > (s64)size : whence == SEEK_END ? offset > 0 :
	    whence == SEEK_CUR && offset > (s64)(size - f->pos))
		return -EINVAL;
	return seek_to(f, offset, whence, size);
}

static const struct file_ops disk_ops = {
	.read = disk_read, .write = disk_write, .ioctl = disk_ioctl, .seek = disk_seek,
};

static int disk_open(struct vnode *v, struct file *f)
{
	f->data = container_of(v, struct disk_node, vnode);
	f->ops = &disk_ops;
	return 0;
}

static void disk_stat(struct vnode *v, struct stat *st)
{
	st->st_size = 0;
	st->st_blocks = 0;
}

static const struct vnode_ops node_ops = { .open = disk_open, .stat = disk_stat };

struct disk_node *disk_node(u64 i)
{
	struct block_device *d = root_device;

	for (u64 n = i; d && n; n--)
		d = d->next;
	if (!d || i >= DISKS)
		return NULL;
	if (!nodes[i]) {
		struct disk_node *k = kzalloc(sizeof(*k));
		u64 now = now_realtime();
		if (!k)
			return NULL;
		k->disk = d;
		k->block_size = max(d->block_size, SECTOR);
		k->opened_block_size = PAGE_SIZE;
		waitq_init(&k->turn);
		k->vnode = (struct vnode){ .ops = &node_ops, .refs = 1, .mode = S_IFBLK | 0660, .nlink = 1,
			.gid = 6 /* disk */, .rdev = MAKEDEV(MAJOR, MINORS * i), .mtime_ns = now, .atime_ns = now, .ctime_ns = now };
		nodes[i] = k;
	}
	return nodes[i];
}

struct vnode *devfs_disk(u64 i, char *name)
{
	struct disk_node *k = disk_node(i);

	if (!k)
		return NULL;
	memcpy(name, "vda", 4);
	name[2] += i;
	return &k->vnode;
}
IMPLEMENT(devfs_disk);

int devfs_disk_open(u64 rdev, struct file *f)
{
	struct disk_node *k = DEV_MAJOR(rdev) == MAJOR && DEV_MINOR(rdev) % MINORS == 0 ? disk_node(DEV_MINOR(rdev) / MINORS) : NULL;

	return k ? disk_open(&k->vnode, f) : -ENXIO;
}
IMPLEMENT(devfs_disk_open);

int disks_flush(void)
{
	for (u64 i = 0; i < DISKS; i++)
		if (nodes[i])
			disk_flush(nodes[i]);	/* sync(2) tells of no error */
	return 0;
}
IMPLEMENT(disks_flush);
