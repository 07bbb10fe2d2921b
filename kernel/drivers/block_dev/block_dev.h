/* Device nodes of disks: what the files of this folder share. */
#ifndef BLOCK_DEV_H
#define BLOCK_DEV_H

#include "vfs.h"

#define SECTOR	512u

/* One disk with its node. */
struct disk_node {
	struct vnode vnode;
	struct block_device *disk;
	u32 block_size;		/* at least 512, at most a page */
	u32 opened_block_size;	/* BLKBSZSET */
	/* Those that write whole blocks may do so together; who must read a block to write a part of it,
	 * does so alone. */
	u32 writers;
	bool alone;
	struct waitq turn;
};

static inline struct disk_node *disk_of(struct file *f)
{
	return f->data;
}

static inline u64 disk_bytes(const struct disk_node *k)
{
	return min(k->disk->sectors, (1ul << 54) - 8) * SECTOR;	/* positions are signed numbers */
}

/* node.c: the I-th disk, or NULL. */
struct disk_node *disk_node(u64 i);

/* transfer.c */
long disk_read(struct file *f, void *buf, size_t n, u64 *pos);
long disk_write(struct file *f, const void *buf, size_t n, u64 *pos);
int disk_flush(struct disk_node *k);
void disk_lock(struct disk_node *k, bool alone);
void disk_unlock(struct disk_node *k);

/* ioctl.c */
long disk_ioctl(struct file *f, unsigned long cmd, unsigned long arg);

#endif
