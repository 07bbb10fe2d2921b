/* Trees of extents, from within. */
#ifndef EXT4_EXTENT_H
#define EXT4_EXTENT_H

#include "ext4.h"

#define HEADER		12	/* also of an entry */
#define EXT_MAGIC	0xf30a
#define MOST		32768	/* blocks of an extent; above: they are set aside, and read as zeroes */
#define MOST_ASIDE	(MOST - 1)

#define ENTRIES(p)	LE16(p, 2)
#define ROOM(p)		LE16(p, 4)
#define DEPTH(p)	LE16(p, 6)

/* A node of the tree: the inode's, or a block's. */
struct level {
	struct ext4_buf *b;
	u8 *p;			/* header; entries follow */
	s32 i;			/* the entry that is in the way, -1: all are behind */
};

struct trail {
	struct level at[MAX_DEPTH + 1];
	u32 depth;		/* of the leaf */
};

static inline u8 *entry(const struct level *l, s32 i) { return l->p + HEADER + i * HEADER; }
static inline u64 index_block(const u8 *e) { return LE32(e, 4) | (u64)LE16(e, 8) << 32; }
static inline u64 extent_block(const u8 *e) { return LE32(e, 8) | (u64)LE16(e, 6) << 32; }
static inline u32 extent_len(const u8 *e) { u32 n = LE16(e, 4); return n > MOST ? n - MOST : n; }
static inline bool unwritten(const u8 *e) { return LE16(e, 4) > MOST; }

static inline void extent_set(u8 *e, u32 logical, u64 block, u32 n, bool aside)
{
	SET32(e, 0, logical);
	SET16(e, 4, n + (aside ? MOST : 0));
	SET16(e, 6, block >> 32);
	SET32(e, 8, block);
}

static inline void index_set(u8 *e, u32 logical, u64 block)
{
	SET32(e, 0, logical);
	SET32(e, 4, block);
	SET16(e, 8, block >> 32);
	SET16(e, 10, 0);
}

/* extent.c */
int ext4_trail_find(struct ext4_node *n, u32 logical, struct trail *p);	/* the way to where LOGICAL is, or would be */
void ext4_trail_free(struct trail *p);
void ext4_level_sum(struct ext4_node *n, struct trail *p, u32 d);	/* after a change at D */
int ext4_keys_fix(struct ext4_node *n, struct trail *p, u32 d);		/* the first entry at D begins elsewhere */
int ext4_extent_insert(struct ext4_node *n, u32 logical, u64 block, u32 count, bool aside);
void ext4_blocks_changed(struct ext4_node *n, s64 count);

/* range.c: N blocks from LOGICAL on, all in one extent, are set aside from now on, or no longer. */
int ext4_mark(struct ext4_node *n, u32 logical, u32 count, bool aside);

#endif
