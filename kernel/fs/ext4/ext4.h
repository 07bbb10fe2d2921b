/* ext4, as Linux's Documentation/filesystems/ext4 describes it. What a disk says is checked where it is used: a damaged or hostile
 * one gives EUCLEAN, or wrong files, and no more.
 *
 * One thread at a time is in a file system (ext4_lock). A change is an operation between ext4_begin() and ext4_end(), which
 * happens whole or not at all: blocks are kept as they were until it ends well. Changed blocks of metadata make up a
 * transaction, which goes to the journal at fsync, every few seconds, or when it is large, and then to its place. Contents are written at
 * once, so they are there before what refers to them. */
#ifndef EXT4_H
#define EXT4_H

#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

#define EUCLEAN		117
#define EXT4_MAGIC	0xef53
#define ROOT_INO	2
#define BUCKETS		256
#define MAX_DEPTH	5	/* of extent trees */
#define SECTOR		512

/* Features. */
#define COMPAT_JOURNAL	4
#define INCOMPAT_FILETYPE 2
#define INCOMPAT_RECOVER 4
#define INCOMPAT_JOURNAL_DEV 8
#define INCOMPAT_META_BG 0x10
#define INCOMPAT_EXTENTS 0x40
#define INCOMPAT_64BIT	0x80
#define INCOMPAT_FLEX_BG 0x200
#define INCOMPAT_CSUM_SEED 0x2000
#define INCOMPAT_KNOWN	(INCOMPAT_FILETYPE | INCOMPAT_RECOVER | INCOMPAT_EXTENTS | INCOMPAT_64BIT | INCOMPAT_FLEX_BG | INCOMPAT_CSUM_SEED)
#define RO_GDT_CSUM	0x10
#define RO_METADATA_CSUM 0x400
#define RO_KNOWN	(1 | 2 | 8 | RO_GDT_CSUM | 0x20 | 0x40 | RO_METADATA_CSUM)	/* sparse_super, large_file, huge_file, dir_nlink, extra_isize */

/* Flags of inodes. */
#define INDEX_FL	0x1000
#define HUGE_FILE_FL	0x40000
#define EXTENTS_FL	0x80000
#define INLINE_FL	0x10000000
#define ENCRYPT_FL	0x800

/* Fields of inodes that have to do with extended attributes. */
#define INODE_FILE_ACL	104	/* their block */
#define INODE_ACL_HIGH	118
#define INODE_EXTRA	128	/* how many bytes follow those of old; behind them are attributes */

/* Fields, by offset. */
#define LE16(p, at)	(*(const u16 *)((const u8 *)(p) + (at)))
#define LE32(p, at)	(*(const u32 *)((const u8 *)(p) + (at)))
#define SET16(p, at, v)	(*(u16 *)((u8 *)(p) + (at)) = (v))
#define SET32(p, at, v)	(*(u32 *)((u8 *)(p) + (at)) = (v))

/* A block of metadata in memory. */
struct ext4_buf {
	struct ext4_buf *next;		/* of the bucket */
	struct list changed;		/* of the transaction; in none */
	struct list touched;		/* by the operation; in none */
	struct ext4 *fs;
	u64 block;
	u32 refs;
	bool used;			/* since the last look for what can go */
	bool forget;			/* the operation frees the block */
	u8 *data, *before;		/* BEFORE: as the operation found it */
};

struct ext4 {
	struct mount *mount;
	struct block_device *disk;
	struct ext4 *next;		/* of all */
	struct waitq turn;
	bool locked, writable, ended;
	const char *broken;		/* why nothing is written any more */
	u32 block_size, log_size, inode_size, desc_size, seed;
	u32 blocks_per_group, inodes_per_group, groups, inodes, first_data;
	u64 blocks;
	u32 incompat, ro_compat;
	struct ext4_buf *sb_buf;	/* held */
	u32 sb_at;			/* in it */
	struct ext4_buf *bufs[BUCKETS];
	u32 buf_count;
	struct list changed, touched;
	u32 changes;
	struct radix busy;		/* by group: block bitmaps before the transaction freed blocks; those are not used again yet */
	ns_t begun;			/* the transaction */
	struct ext4_node *nodes[BUCKETS], *dead;
	struct radix replayed;		/* blocks that the journal has, of a disk that is not written */
	/* the journal */
	u64 *journal;			/* its blocks on the disk */
	u32 journal_blocks, journal_first, journal_at, sequence;
	bool journal_64;
	struct list dirty;		/* nodes with pages that mappings wrote to */
	u64 dirty_pages;
	struct waitq tick;
	bool running;			/* the thread that commits now and then */
};

struct ext4_node {
	struct vnode v;
	struct ext4_node *next;
	struct ext4 *fs;
	u32 flags, generation, seed;
	u64 blocks;			/* of 512 bytes */
	u64 goal;			/* where the next block of it would be best */
	u32 changes;			/* of contents, while others read them */
	struct radix dirty;		/* pages that shared mappings wrote to, each with a reference */
	struct list changed;		/* of the file system's with such pages, which is a reference too; in none */
	int error;			/* of writing those, for the next who asks */
	bool writing;			/* a thread writes to it */
	bool lost;			/* its last name is gone: it is on the disk's list of orphans */
};
static inline struct ext4_node *ext4_node(struct vnode *v) { return container_of(v, struct ext4_node, v); }
static inline bool ext4_csums(const struct ext4 *fs) { return fs->ro_compat & RO_METADATA_CSUM; }

/* crc.c */
u32 ext4_crc32c(u32 crc, const void *p, size_t n);
u16 ext4_crc16(u16 crc, const void *p, size_t n);

/* buf.c */
int ext4_read(struct ext4 *fs, u64 block, void *buf, u32 count);	/* blocks, as the journal has them */
int ext4_write(struct ext4 *fs, u64 block, const void *buf, u32 count);
int ext4_flush(struct ext4 *fs);
bool ext4_valid(const struct ext4 *fs, u64 block, u64 count);	/* may blocks be those of a file or of metadata? */
int ext4_buf_get(struct ext4 *fs, u64 block, struct ext4_buf **out);
int ext4_buf_new(struct ext4 *fs, u64 block, struct ext4_buf **out);	/* zeroes, and it is changed */
void ext4_buf_put(struct ext4_buf *b);
int ext4_change(struct ext4_buf *b);			/* before it is changed; within an operation */
void ext4_buf_forget(struct ext4 *fs, u64 block);	/* the operation frees it */
void ext4_bufs_free(struct ext4 *fs);
void ext4_lock(struct ext4 *fs);
void ext4_unlock(struct ext4 *fs);
int ext4_begin(struct ext4 *fs);			/* locks; -EROFS */
int ext4_end(struct ext4 *fs, int err);			/* unlocks; gives ERR, or what committing gave */
bool ext4_again(struct ext4 *fs, int err);		/* not locked: ERR is -ENOSPC, and there is more room now */
int ext4_undo(struct ext4 *fs, int err);		/* ends the operation, not the lock */
void ext4_break(struct ext4 *fs, const char *why);	/* nothing is written from now on */

/* journal.c */
int ext4_journal_open(struct ext4 *fs, bool write);	/* finds and replays it */
void ext4_busy_free(struct ext4 *fs);			/* what was freed can be used again */
int ext4_commit(struct ext4 *fs);			/* locked; all changes are safe */
int ext4_journal_close(struct ext4 *fs);		/* locked; and the journal is empty */
u32 ext4_journal_room(const struct ext4 *fs);		/* blocks of a transaction */

/* groups.c */
u8 *ext4_super(struct ext4 *fs);
int ext4_super_change(struct ext4 *fs);
void ext4_super_sum(struct ext4 *fs);
int ext4_group(struct ext4 *fs, u32 group, struct ext4_buf **b, u8 **desc);
u64 ext4_group_field(const struct ext4 *fs, const u8 *desc, u32 low, u32 high);	/* a block's number */
int ext4_blocks_alloc(struct ext4 *fs, u64 goal, u32 want, u64 *block, u32 *got);
int ext4_blocks_free(struct ext4 *fs, u64 block, u64 count);
int ext4_inode_alloc(struct ext4 *fs, u32 near, bool dir, u32 *ino);
int ext4_inode_free(struct ext4 *fs, u32 ino, bool dir);
u64 ext4_free_blocks(struct ext4 *fs);

/* inode.c */
int ext4_inode_buf(struct ext4 *fs, u32 ino, struct ext4_buf **b, u8 **raw);
int ext4_node_get(struct ext4 *fs, u32 ino, struct vnode **out);	/* locked */
int ext4_node_new(struct ext4_node *dir, u32 mode, u64 rdev, struct vnode **out);	/* within an operation */
int ext4_node_store(struct ext4_node *n);		/* attributes, within an operation */
void ext4_node_release(struct vnode *v);
int ext4_done(struct ext4 *fs, int err, struct vnode *a, struct vnode *b);	/* ext4_end(); A and B, or NULL, are as before if ERR */
void ext4_reap_all(struct ext4 *fs);
void ext4_reap(struct ext4 *fs);			/* locked; files without names that nobody has any more */
int ext4_orphan_add(struct ext4_node *n);
int ext4_orphan_name(struct ext4_node *n);		/* it is none any more */
int ext4_orphans_clear(struct ext4 *fs);		/* at mount */
int ext4_setattr(struct vnode *v, const struct vnode_change *c);
void ext4_inode_sum(struct ext4 *fs, u32 ino, u8 *raw);
u32 ext4_inode_seed(struct ext4 *fs, u32 ino, u32 generation);
extern const struct shared_ops ext4_shared;

/* extent.c. What is at block LOGICAL of the file: *BLOCK, 0 for a hole or for what reads as zeroes; *COUNT: how many are alike. */
int ext4_map(struct ext4_node *n, u32 logical, u64 *block, u32 *count);
/* The same, and blocks are put there where none are, *MADE; within an operation. */
int ext4_map_new(struct ext4_node *n, u32 logical, u32 want, u64 *block, u32 *count, bool *made);
/* The same, and blocks that are set aside are told of: they read as zeroes. */
int ext4_extent_at(struct ext4_node *n, u32 logical, u64 *block, u32 *count, bool *aside);

/* range.c, within an operation */
int ext4_cut(struct ext4_node *n, u32 first);		/* blocks from FIRST on go */
int ext4_punch(struct ext4_node *n, u32 first, u32 end);	/* those of [FIRST, END) */
/* Holes of [*FIRST, END) get blocks that read as zeroes; CLEAR: the others read so as well. *FIRST: how far one operation came. */
int ext4_reserve(struct ext4_node *n, u32 *first, u32 end, bool clear);

/* dir.c */
int ext4_dir_find(struct ext4_node *dir, const char *name, size_t len, u32 *ino, u8 *type);
int ext4_dir_add(struct ext4_node *dir, const char *name, size_t len, u32 ino, u32 mode);
int ext4_dir_remove(struct ext4_node *dir, const char *name, size_t len);
int ext4_dir_set(struct ext4_node *dir, const char *name, size_t len, u32 ino, u32 mode);
int ext4_dir_begin(struct ext4_node *n, u32 parent);	/* "." and ".." of a new one */
int ext4_dir_empty(struct ext4_node *dir);
int ext4_dir_readdir(struct file *f, u64 *cookie, char *name, u64 *ino, u8 *type);
extern const struct vnode_ops ext4_dir_ops;		/* names.c */

/* file.c */
#define EXT4_PIECE	(64 * 1024)
extern const struct vnode_ops ext4_file_ops, ext4_link_ops, ext4_special_ops;
int ext4_sync(struct file *f, bool data_only);
void ext4_pages_drop(struct vnode *v, u64 first, u64 end);
void ext4_pages_zero(struct vnode *v, u64 pos, u64 end);
void ext4_page_end(struct vnode *v);
int ext4_pages_write(struct ext4_node *n, u8 *buf, u32 len, u64 pos);
int ext4_zero_part(struct ext4_node *n, u64 pos, u64 end);	/* within an operation */
int ext4_zero_tail(struct ext4_node *n, u64 size);
void ext4_write_lock(struct ext4_node *n);		/* one thread at a time changes contents */
void ext4_write_unlock(struct ext4_node *n);
static inline u64 ext4_size_most(const struct ext4 *fs) { return 0xffffffffUL * fs->block_size; }

/* allocate.c */
int ext4_allocate(struct vnode *v, int mode, u64 pos, u64 len);

/* dirty.c */
int ext4_page_dirty(struct ext4_node *n, u64 index, void *page);
void ext4_dirty_cut(struct ext4_node *n, u64 first, u64 end);	/* those are none of the file's any more */
int ext4_write_back(struct vnode *v, bool sync);
void ext4_write_back_all(struct ext4 *fs);
int ext4_settle(struct ext4 *fs);			/* commits; -errno */

/* xattr.c */
extern const struct xattr_ops ext4_xattrs;
int ext4_xattr_free(struct ext4_node *n, u64 block);	/* within an operation */

#endif
