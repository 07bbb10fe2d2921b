/* Ranges of blocks: what is taken out of a file, set aside for it, or marked as either. */
#include "extent.h"

#define STEPS	16	/* extents of one operation */

/* The entry of the leaf in the way goes, and with the last one of a block the block. */
static int entry_remove(struct ext4_node *n, struct trail *p)
{
	for (u32 d = p->depth;; d--) {
		struct level *l = &p->at[d];
		int err = ext4_change(l->b);
		if (err)
			return err;
		memmove(entry(l, l->i), entry(l, l->i + 1), (ENTRIES(l->p) - l->i - 1) * HEADER);
		SET16(l->p, 2, ENTRIES(l->p) - 1);
		ext4_level_sum(n, p, d);
		if (ENTRIES(l->p))
			return l->i ? 0 : ext4_keys_fix(n, p, d);
		if (!d) {
			SET16(l->p, 6, 0);
			return 0;
		}
		if ((err = ext4_blocks_free(n->fs, l->b->block, 1)))
			return err;
		ext4_blocks_changed(n, -1);
	}
}

/* The extent in the way keeps its first HEAD blocks and its last TAIL. */
static int entry_cut(struct ext4_node *n, struct trail *p, u32 head, u32 tail)
{
	struct level *l = &p->at[p->depth];
	u8 *e = entry(l, l->i);
	u32 begin = LE32(e, 0), len = extent_len(e);
	u64 block = extent_block(e);
	bool aside = unwritten(e);
	int err = ext4_change(l->b);

	if (err)
		return err;
	if (!head && !tail)
		return entry_remove(n, p);
	if (head)
		extent_set(e, begin, block, head, aside);
	else
		extent_set(e, begin + len - tail, block + len - tail, tail, aside);
	ext4_level_sum(n, p, p->depth);
	if (!head)
		return l->i ? 0 : ext4_keys_fix(n, p, p->depth);
	return tail ? ext4_extent_insert(n, begin + len - tail, block + len - tail, tail, aside) : 0;
}

/* The last extent that has something of [FIRST, END) loses it. FREE: those blocks are free then. 1: there may be more. */
static int take_out(struct ext4_node *n, u32 first, u32 end, bool free)
{
	struct trail p;
	int err = ext4_trail_find(n, end - 1, &p), more = 0;

	if (err)
		return err;
	struct level *l = &p.at[p.depth];
	u8 *e = l->i >= 0 ? entry(l, l->i) : NULL;
	u32 begin = e ? LE32(e, 0) : 0, len = e ? extent_len(e) : 0;
	if (e ? !len || len - 1 > ~0u - begin : p.depth && end == ~0u)
		err = -EUCLEAN;
	if (!err && e && len > (first > begin ? first - begin : 0)) {
		u32 head = first > begin ? first - begin : 0, to = min(len, end - begin);
		u64 block = extent_block(e);
		if (free && !(err = ext4_blocks_free(n->fs, block + head, to - head)))
			ext4_blocks_changed(n, -(s64)(to - head));
		if (!err)
			err = entry_cut(n, &p, head, len - to);
		more = !head;
	}
	ext4_trail_free(&p);
	return err ? err : more;
}

int ext4_punch(struct ext4_node *n, u32 first, u32 end)
{
	int r = n->flags & EXTENTS_FL ? first < end : -EOPNOTSUPP;

	while (r > 0)
		r = take_out(n, first, end, true);
	return r;
}

int ext4_cut(struct ext4_node *n, u32 first) { return ext4_punch(n, first, ~0u); }

int ext4_mark(struct ext4_node *n, u32 logical, u32 count, bool aside)
{
	u64 block;
	u32 have;
	bool was;
	int err = ext4_extent_at(n, logical, &block, &have, &was);

	if (err || !block || was == aside || have < count)
		return err ? err : -EUCLEAN;
	err = take_out(n, logical, logical + count, false);
	return err < 0 ? err : ext4_extent_insert(n, logical, block, count, aside);
}

/* Blocks for what is a hole at LOGICAL, at most WANT. */
static int set_aside(struct ext4_node *n, u32 logical, u32 want, u32 *got)
{
	u64 block;
	int err = ext4_blocks_alloc(n->fs, n->goal, min(want, (u32)MOST_ASIDE), &block, got);

	if (err || (err = ext4_extent_insert(n, logical, block, *got, true)))
		return err;
	ext4_blocks_changed(n, *got);
	n->goal = block + *got;
	return 0;
}

int ext4_reserve(struct ext4_node *n, u32 *first, u32 end, bool clear)
{
	if (!(n->flags & EXTENTS_FL))
		return -EOPNOTSUPP;
	for (u32 i = 0; i < STEPS && *first < end; i++) {
		u64 block;
		u32 count;
		bool aside;
		int err = ext4_extent_at(n, *first, &block, &count, &aside);
		count = min(count, end - *first);
		if (!err && !block) {
			err = set_aside(n, *first, count, &count);
		} else if (!err && clear && !aside) {
			count = min(count, (u32)MOST_ASIDE);
			err = ext4_mark(n, *first, count, true);
		}
		if (err)
			return err;
		*first += count;
	}
	return 0;
}
