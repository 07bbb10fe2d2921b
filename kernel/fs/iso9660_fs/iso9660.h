/* ISO 9660 (ECMA-119), as it lies on the medium and as these files see it. Blocks of 2048 bytes:
 *
 *   0..15   not looked at
 *   16..    volume descriptors, until one says that it is the last
 *   ...     directories: records of at most 255 bytes, none across the end of a block
 *   ...     files: one or more runs of blocks
 *
 * Numbers are stored both ways round; the little-endian one is read. The medium may be hostile: every
 * number is checked where it is read, and what is kept in struct iso_node was checked.
 */
#ifndef ISO9660_H
#define ISO9660_H

#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

#define BLOCK		2048
#define BLOCK_SECTORS	(BLOCK / 512)

/* A directory record (ECMA-119 9.1). Behind the name, padded to an even length, is the system use area. */
struct iso_record {
	u8 length, attribute_blocks;
	u32 block, block_be;
	u32 bytes, bytes_be;
	u8 time[7];
	u8 flags, unit, gap;
	u16 volume, volume_be;
	u8 name_length;
	u8 name[];
} __attribute__((packed));
_Static_assert(sizeof(struct iso_record) == 33, "directory record of ECMA-119");
#define RECORD_DIRECTORY	2
#define RECORD_ASSOCIATED	4	/* of another file of that name */
#define RECORD_MORE		0x80	/* the next record goes on with the same file */

/* Bytes of a file that lie together (ECMA-119 6.4.2). */
struct extent {
	u32 block, bytes;
};

struct iso_index;

struct iso_node {
	struct vnode v;		/* refs 0: nobody has it, it is kept for its pages or its index */
	struct iso *fs;
	struct iso_node *next;	/* of the same bucket */
	char *target;		/* of a symbolic link */
	struct iso_index *index;	/* of a directory, once something was looked up in it */
	u32 extent_count;
	struct extent extents[];
};
#define NODE(vnode) container_of(vnode, struct iso_node, v)

/* A mounted medium. The root's vnode is what keeps it: all others that are in use hold it. */
struct iso {
	struct block_device *disk;
	struct vnode *root;
	struct iso_node *medium;	/* the disk as one file: descriptors and directories are read through its pages */
	struct iso *next;		/* of all */
	bool rock_ridge, joliet;
	u8 skip;			/* bytes at the start of system use areas that are not SUSP's (SUSP 5.3) */
	u32 file_mode, dir_mode;	/* where there is no Rock Ridge */
	u32 hand;			/* where reclaiming goes on */
	u32 buckets;			/* a power of two */
	struct iso_node **nodes;	/* by inode number: those in use, and those that are kept */
};

/* What the records of one name say. */
struct iso_entry {
	u64 offset, next;	/* of its first record in the directory, and of what follows the last */
	u64 ino, size;
	struct extent first;
	u32 extents;		/* how many */
	bool hidden;		/* it is no name */
	u32 mode, nlink, uid, gid;
	u64 rdev, mtime_ns, atime_ns, ctime_ns;
	u32 len;
	char name[NAME_MAX + 1];
	/* rock_ridge.c's */
	bool named;		/* NAME is Rock Ridge's */
	bool susp, rock_ridge;	/* fields SP and ER were seen */
	u8 skip;		/* SP's */
	u32 child;		/* the block of a directory that is kept elsewhere (RRIP 4.1.5.1); 0: none */
	char *target;		/* PATH_MAX bytes for the target of a link, or NULL */
	u32 target_len;		/* PATH_MAX: it is too long */
	bool joined;		/* the next component goes on with the last */
};

/* pages.c. iso_block: BLOCK of the medium, in *PAGE, which is to be put; or ERR_PTR, and *PAGE is NULL. */
const void *iso_block(struct iso *fs, u32 block, void **page);
int iso_getpage(struct vnode *v, u64 index, bool for_write, void **page);
const void *iso_direct(struct vnode *v, u64 pos);

/* entry.c. iso_entry: the first one at or behind OFFSET of DIR: 1, or 0 at the end. TARGET as in struct iso_entry.
 * iso_dot: a directory's own, which its first record is. iso_extents: checked, to OUT, which has room for e->extents. */
int iso_entry(struct iso_node *dir, u64 offset, struct iso_entry *e, char *target);
int iso_dot(struct iso *fs, u32 block, struct iso_entry *e);
int iso_extents(struct iso_node *dir, const struct iso_entry *e, struct extent *out);
bool iso_fits(const struct iso *fs, const struct extent *x);

/* names.c: of records without Rock Ridge. */
void iso_plain_name(const struct iso_record *r, struct iso_entry *e);
void iso_joliet_name(const struct iso_record *r, struct iso_entry *e);

/* rock_ridge.c: the N bytes of a system use area at P. */
int iso_rock_ridge(struct iso *fs, const u8 *p, size_t n, struct iso_entry *e);

/* dates.c: in nanoseconds since 1970; 0 for what is no date. */
u64 iso_date_short(const u8 *p);	/* ECMA-119 9.1.5 */
u64 iso_date_long(const u8 *p);		/* ECMA-119 8.4.26.1 */

/* index.c */
int iso_index_find(struct iso_node *dir, const char *name, size_t len, struct iso_entry *e);	/* 0 or -errno */
u64 iso_index_free(struct iso_node *dir);	/* how many pages */

/* node.c */
struct iso_node *iso_node_new(struct iso *fs, const struct vnode_ops *ops, u32 extents);	/* or NULL */
void iso_node_set(struct iso_node *n, struct mount *m, const struct iso_entry *e);
void iso_node_add(struct iso_node *n);
int iso_node_of(struct iso_node *dir, struct iso_entry *e, struct vnode **out);
void iso_node_release(struct vnode *v);
void iso_free(struct iso *fs);
u64 iso_reclaim(u64 pages);

extern const struct vnode_ops iso_dir_ops;	/* dir.c */
extern struct iso *iso_mounts;			/* node.c */

static inline u32 get32(const void *p)
{
	u32 n;

	memcpy(&n, p, sizeof(n));
	return n;
}

#endif
