/* rofs version 1, OSv's read-only file system (its fs/rofs/rofs.hh and
 * scripts/gen-rofs-img.py). 512-byte blocks, in this order:
 *
 *   superblock
 *   file data, each file padded to whole blocks
 *   directory entries: u64 inode, u16 length, name; those of one directory together
 *   symbolic links:    u16 length, target
 *   inodes:            struct rofs1_inode, numbered from 1; inode 1 is /
 *
 * The last three, the metadata, follow each other without padding. Entries
 * and links are found by counting, so a pass over them at mount notes where
 * every 32nd begins. The image may be hostile: see rofs1.c.
 */
#ifndef ROFS1_H
#define ROFS1_H

#include "rofs.h"

#define ROFS1_VERSION	1
#define ROFS1_BLOCK	512
#define ROFS_DIR	0x4000
#define ROFS_REG	0x8000
#define ROFS_LNK	0xA000

struct rofs1_super {
	u64 magic, version, block_size;
	u64 meta_block, meta_blocks;
	u64 entries, links, inodes;
};

struct rofs1_inode {
	u64 mode, number;
	u64 start;	/* file: first block; directory: first entry; link: index */
	u64 count;	/* file: bytes; directory: entries; link: 1 */
};

#define STRIDE		32	/* entries or links a step of the index covers */
#define CHUNK_SHIFT	HUGE_SHIFT

struct rofs1 {
	u64 entries, links, inodes;
	u64 meta_bytes;
	u64 inode_table;	/* offset in the metadata */
	const u8 **chunks;	/* the metadata, in pieces of 1 << shift bytes */
	u32 shift;
	u32 *entry_index, *link_index;	/* offset of entry, link STRIDE * i */
};

/* rofs1_meta.c: bytes of the metadata. -EINVAL when they lie outside. */
int rofs1_meta_load(u64 block, u64 blocks);
int rofs1_meta(u64 offset, void *buf, u64 n);
extern struct rofs1 rofs1;

#endif
