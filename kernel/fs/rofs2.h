/* rofs version 2: the layout, which docs/rofs2.md specifies and package rofs of the builder writes. Numbers are
 * little-endian; offsets count bytes from the start of the image. The superblock is at 0, the inodes follow it. */
#ifndef ROFS2_H
#define ROFS2_H

#include "rofs.h"

#define ROFS2_VERSION	2
#define ROFS2_BLOCK	4096
#define ROFS2_HOLES	1	/* a feature: some files have holes */

struct rofs2_super {
	u64 magic, version, block_size;
	u64 blocks;		/* size of the image */
	u64 table_bytes;	/* superblock and tables */
	u64 inodes, features;
	u64 zero;
};
_Static_assert(sizeof(struct rofs2_super) == 64, "docs/rofs2.md");

struct rofs2_inode {
	u32 mode, nlink, uid, gid;	/* as struct stat has them */
	u64 size;		/* file and link: bytes; directory: entries */
	u64 start;		/* file: block, or offset of the extents; directory, link: offset of entries, target */
	s64 mtime_ns;
	u32 xattrs;		/* offset; 0: none */
	u32 extents;		/* how many; 0: no holes */
};
_Static_assert(sizeof(struct rofs2_inode) == 48, "docs/rofs2.md");

/* Of a directory: sorted by name, as bytes. */
struct rofs2_entry {
	u32 inode;		/* from 1; 1 is / */
	u32 name;		/* offset */
	u8 len, type;		/* DT_* */
	u16 zero;
};
_Static_assert(sizeof(struct rofs2_entry) == 12, "docs/rofs2.md");

/* Of a file with holes: in order, what is between them is zero. */
struct rofs2_extent {
	u64 at, block, count;	/* block of the file, of the image, blocks */
};
_Static_assert(sizeof(struct rofs2_extent) == 24, "docs/rofs2.md");

/* Extended attributes, one after the other; behind the last a name_len of 0. */
struct rofs2_xattr {
	u32 name_len, value_len;
	char name[];		/* then the value */
};
_Static_assert(sizeof(struct rofs2_xattr) == 8, "docs/rofs2.md");

/* rofs2.c: N bytes of the tables; 0 or -EIO, also when they are not all there. May sleep. */
int rofs2_table(u64 offset, void *buf, u64 n);

#endif
