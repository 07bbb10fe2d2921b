/* Where the blocks of a file are: trees of extents, and for reading the older lists of blocks. */
#include "extent.h"

static u32 tail_at(const u8 *p) { return HEADER + ROOM(p) * HEADER; }

static void block_sum(struct ext4_node *n, struct level *l)
{
	if (l->b && ext4_csums(n->fs))
		SET32(l->p, tail_at(l->p), ext4_crc32c(n->seed, l->p, tail_at(l->p)));
}

static bool node_right(struct ext4_node *n, const struct level *l, u32 depth)
{
	u32 size = l->b ? n->fs->block_size : 60, room = ROOM(l->p);

	if (LE16(l->p, 0) != EXT_MAGIC || room < (l->b ? 4 : 1) || ENTRIES(l->p) > room || HEADER + room * HEADER > size || DEPTH(l->p) != depth)
		return false;
	if (!l->b || !ext4_csums(n->fs))
		return true;
	u32 at = tail_at(l->p);
	return at + 4 <= size && LE32(l->p, at) == ext4_crc32c(n->seed, l->p, at);
}

void ext4_trail_free(struct trail *p)
{
	for (u32 i = 0; i <= MAX_DEPTH; i++) {
		ext4_buf_put(p->at[i].b);
		p->at[i].b = NULL;
	}
}

/* The last entry of L that begins at or before LOGICAL. */
static s32 search(const struct level *l, u32 logical)
{
	s32 low = 0, high = ENTRIES(l->p);

	while (low < high) {
		s32 mid = (low + high) / 2;
		if (LE32(entry(l, mid), 0) <= logical)
			low = mid + 1;
		else
			high = mid;
	}
	return low - 1;
}

/* The inode's buffer is in p->at[0]. */
int ext4_trail_find(struct ext4_node *n, u32 logical, struct trail *p)
{
	u8 *raw;

	memset(p, 0, sizeof(*p));
	int err = ext4_inode_buf(n->fs, n->v.ino, &p->at[0].b, &raw);
	if (err)
		return err;
	struct level root = { .p = raw + 40 };
	u32 depth = DEPTH(root.p);
	if (depth > MAX_DEPTH || !node_right(n, &root, depth))
		err = -EUCLEAN;
	p->at[0].p = root.p;
	for (u32 d = 0; !err; d++, depth--) {
		struct level *l = &p->at[d], *down = l + 1;
		l->i = search(l, logical);
		p->depth = d;
		if (!depth)
			return 0;
		if (l->i < 0)
			l->i = 0;
		u64 block = ENTRIES(l->p) ? index_block(entry(l, l->i)) : 0;
		if (!ext4_valid(n->fs, block, 1))
			err = -EUCLEAN;
		else if (!(err = ext4_buf_get(n->fs, block, &down->b))) {
			down->p = down->b->data;
			if (!node_right(n, down, depth - 1))
				err = -EUCLEAN;
		}
	}
	ext4_trail_free(p);
	return err;
}

/* Where the next extent behind the path begins; ~0: there is none. */
static u32 next_begin(const struct trail *p)
{
	for (s32 d = p->depth; d >= 0; d--)
		if (p->at[d].i + 1 < ENTRIES(p->at[d].p))
			return LE32(entry(&p->at[d], p->at[d].i + 1), 0);
	return ~0u;
}

int ext4_extent_at(struct ext4_node *n, u32 logical, u64 *block, u32 *count, bool *aside)
{
	struct trail p;
	int err = ext4_trail_find(n, logical, &p);

	if (err)
		return err;
	struct level *l = &p.at[p.depth];
	const u8 *e = l->i >= 0 ? entry(l, l->i) : NULL;
	u32 next = next_begin(&p);
	*block = 0;
	*aside = false;
	*count = next > logical ? next - logical : 1;
	if (e && extent_len(e) > logical - LE32(e, 0)) {
		u32 in = logical - LE32(e, 0);
		*count = extent_len(e) - in;
		*aside = unwritten(e);
		*block = extent_block(e) + in;
		if (!ext4_valid(n->fs, extent_block(e), extent_len(e)))
			err = -EUCLEAN;
	}
	ext4_trail_free(&p);
	return err;
}

/* Of files without extents: twelve blocks, then lists of blocks, lists of lists, and once more. */
static int map_lists(struct ext4_node *n, u32 logical, u64 *block, u32 *count)
{
	u64 per = n->fs->block_size / 4, at = logical, span = 1;
	u32 slot = logical, levels = 0;
	struct ext4_buf *b;
	u8 *raw;

	*count = 1;
	if (logical < 12) {
		at = 0;
	} else {
		at -= 12;
		for (levels = 1, span = per; at >= span && levels < 3; levels++) {
			at -= span;
			span *= per;
		}
		if (at >= span)
			return -EUCLEAN;
		slot = 11 + levels;
	}
	int err = ext4_inode_buf(n->fs, n->v.ino, &b, &raw);
	if (err)
		return err;
	*block = LE32(raw, 40 + slot * 4);
	ext4_buf_put(b);
	while (levels-- && *block) {
		span /= per;
		if (!ext4_valid(n->fs, *block, 1))
			return -EUCLEAN;
		if ((err = ext4_buf_get(n->fs, *block, &b)))
			return err;
		*block = LE32(b->data, at / span * 4);
		at %= span;
		ext4_buf_put(b);
	}
	if (!*block)	/* the whole list is absent */
		*count = min(span - at, (u64)~0U);
	return *block && !ext4_valid(n->fs, *block, 1) ? -EUCLEAN : 0;
}

int ext4_map(struct ext4_node *n, u32 logical, u64 *block, u32 *count)
{
	bool aside;

	if (!(n->flags & EXTENTS_FL))
		return map_lists(n, logical, block, count);
	int err = ext4_extent_at(n, logical, block, count, &aside);
	if (!err && aside)
		*block = 0;
	return err;
}

void ext4_blocks_changed(struct ext4_node *n, s64 count)
{
	n->blocks += count * (n->fs->block_size / SECTOR);
}

/* A block for a node of the tree. */
static int node_block(struct ext4_node *n, struct ext4_buf **b)
{
	u64 block;
	u32 got;
	int err = ext4_blocks_alloc(n->fs, n->goal, 1, &block, &got);

	if (!err && !(err = ext4_buf_new(n->fs, block, b)))
		ext4_blocks_changed(n, 1);
	return err;
}

static u32 node_room(const struct ext4 *fs)
{
	return (fs->block_size - HEADER - (ext4_csums(fs) ? 4 : 0)) / HEADER;
}

static void header_set(u8 *p, u32 entries, u32 room, u32 depth)
{
	SET16(p, 0, EXT_MAGIC);
	SET16(p, 2, entries);
	SET16(p, 4, room);
	SET16(p, 6, depth);
	SET32(p, 8, 0);
}

static int change_level(struct level *l) { return ext4_change(l->b); }

/* The inode's entries go to a block of their own, which it has instead. */
static int deepen(struct ext4_node *n, struct trail *p)
{
	struct level *root = &p->at[0], down;
	int err = DEPTH(root->p) >= MAX_DEPTH ? -EFBIG : change_level(root);

	if (err || (err = node_block(n, &down.b)))
		return err;
	down.p = down.b->data;
	memcpy(down.p, root->p, HEADER + ENTRIES(root->p) * HEADER);
	SET16(down.p, 4, node_room(n->fs));
	block_sum(n, &down);
	index_set(entry(root, 0), ENTRIES(root->p) ? LE32(entry(&down, 0), 0) : 0, down.b->block);
	SET16(root->p, 6, DEPTH(root->p) + 1);
	SET16(root->p, 2, 1);
	ext4_buf_put(down.b);
	return 0;
}

/* Half of the node at D, or if something comes behind all of it nothing, goes to a new one, which its parent has room for. */
static int split(struct ext4_node *n, struct trail *p, u32 d)
{
	struct level *l = &p->at[d], *up = l - 1, right;
	u32 entries = ENTRIES(l->p), keep = l->i + 1 == (s32)entries ? entries - 1 : entries / 2;
	int err;

	if ((err = change_level(l)) || (err = change_level(up)) || (err = node_block(n, &right.b)))
		return err;
	right.p = right.b->data;
	header_set(right.p, entries - keep, node_room(n->fs), DEPTH(l->p));
	memcpy(entry(&right, 0), entry(l, keep), (entries - keep) * HEADER);
	SET16(l->p, 2, keep);
	memmove(entry(up, up->i + 2), entry(up, up->i + 1), (ENTRIES(up->p) - up->i - 1) * HEADER);
	index_set(entry(up, up->i + 1), LE32(entry(&right, 0), 0), right.b->block);
	SET16(up->p, 2, ENTRIES(up->p) + 1);
	block_sum(n, l);
	block_sum(n, up == p->at ? &(struct level){ .p = up->p } : up);
	block_sum(n, &right);
	ext4_buf_put(right.b);
	return 0;
}

/* One step towards room in the leaf; the path is of no use then. */
static int make_room(struct ext4_node *n, struct trail *p)
{
	u32 d = p->depth;

	while (d && ENTRIES(p->at[d - 1].p) >= ROOM(p->at[d - 1].p))
		d--;
	if (!d)
		return deepen(n, p);
	return split(n, p, d);
}

void ext4_level_sum(struct ext4_node *n, struct trail *p, u32 d)
{
	if (d)
		block_sum(n, &p->at[d]);
}

int ext4_keys_fix(struct ext4_node *n, struct trail *p, u32 d)
{
	for (; d; d--) {
		struct level *up = &p->at[d - 1];
		u32 first = LE32(entry(&p->at[d], 0), 0);
		if (LE32(entry(up, up->i), 0) == first)
			return 0;
		int err = ext4_change(up->b);
		if (err)
			return err;
		SET32(entry(up, up->i), 0, first);
		ext4_level_sum(n, p, d - 1);
		if (up->i)
			return 0;
	}
	return 0;
}

static bool joins(const u8 *e, u32 logical, u64 block, u32 count, bool aside)
{
	return unwritten(e) == aside && extent_len(e) + count <= (aside ? MOST_ASIDE : MOST) &&
		LE32(e, 0) + extent_len(e) == logical && extent_block(e) + extent_len(e) == block;
}

/* The extent before grows, or the one behind, if what is new goes with it. */
static bool extend(struct ext4_node *n, struct trail *p, u32 logical, u64 block, u32 count, bool aside)
{
	struct level *l = &p->at[p->depth];
	u8 *e = l->i >= 0 ? entry(l, l->i) : NULL, *next = l->i + 1 < ENTRIES(l->p) ? entry(l, l->i + 1) : NULL;

	if (e && joins(e, logical, block, count, aside)) {
		extent_set(e, LE32(e, 0), extent_block(e), extent_len(e) + count, aside);
	} else if (next && unwritten(next) == aside && extent_len(next) + count <= (aside ? MOST_ASIDE : MOST) &&
		   logical + count == LE32(next, 0) && block + count == extent_block(next)) {
		extent_set(next, logical, block, extent_len(next) + count, aside);
	} else {
		return false;
	}
	ext4_level_sum(n, p, p->depth);
	return true;
}

int ext4_extent_insert(struct ext4_node *n, u32 logical, u64 block, u32 count, bool aside)
{
	struct trail p;

	for (;;) {
		int err = ext4_trail_find(n, logical, &p);
		if (err)
			return err;
		struct level *l = &p.at[p.depth];
		if ((err = change_level(l)) || extend(n, &p, logical, block, count, aside)) {
			err = err ? err : ext4_keys_fix(n, &p, p.depth);
			ext4_trail_free(&p);
			return err;
		}
		if (ENTRIES(l->p) < ROOM(l->p))
			break;
		err = make_room(n, &p);
		ext4_trail_free(&p);
		if (err)
			return err;
	}
	struct level *l = &p.at[p.depth];
	u32 at = l->i + 1;
	memmove(entry(l, at + 1), entry(l, at), (ENTRIES(l->p) - at) * HEADER);
	extent_set(entry(l, at), logical, block, count, aside);
	SET16(l->p, 2, ENTRIES(l->p) + 1);
	ext4_level_sum(n, &p, p.depth);
	int err = ext4_keys_fix(n, &p, p.depth);
	ext4_trail_free(&p);
	return err;
}

static int zero_blocks(struct ext4 *fs, u64 block, u32 count)
{
	u32 most = 65536 / fs->block_size;
	u8 *zeroes = kzalloc(most * fs->block_size);
	int err = zeroes ? 0 : -ENOMEM;

	for (u32 part; count && !err; block += part, count -= part) {
		part = min(count, most);
		err = ext4_write(fs, block, zeroes, part);
	}
	kfree(zeroes);
	return err;
}

/* If LOGICAL is in an extent that was set aside, this gets zeroes on the disk, and is like others then: 1. */
static int make_written(struct ext4_node *n, u32 logical)
{
	struct trail p;
	int err = ext4_trail_find(n, logical, &p);

	if (err)
		return err;
	struct level *l = &p.at[p.depth];
	u8 *e = l->i >= 0 ? entry(l, l->i) : NULL;
	bool aside = e && unwritten(e) && extent_len(e) > logical - LE32(e, 0);
	if (aside && !(err = change_level(l)) && !(err = zero_blocks(n->fs, extent_block(e), extent_len(e)))) {
		SET16(e, 4, extent_len(e));
		ext4_level_sum(n, &p, p.depth);
	}
	ext4_trail_free(&p);
	return err ? err : aside;
}

/* Blocks that were set aside are written to. Where the tree might not have room for more extents, the whole one gets zeroes. */
static int use_aside(struct ext4_node *n, u32 logical, u32 want, u64 *block, u32 *count, bool *made)
{
	if (ext4_free_blocks(n->fs) <= 2 * MAX_DEPTH) {
		int err = make_written(n, logical);
		return err < 0 ? err : ext4_map(n, logical, block, count);
	}
	*count = min(*count, want);
	*made = true;
	return ext4_mark(n, logical, *count, false);
}

int ext4_map_new(struct ext4_node *n, u32 logical, u32 want, u64 *block, u32 *count, bool *made)
{
	bool aside;
	u32 got;

	*made = false;
	if (!(n->flags & EXTENTS_FL))
		return -EOPNOTSUPP;
	int err = ext4_extent_at(n, logical, block, count, &aside);
	if (err || (*block && !aside))
		return err;
	if (aside)
		return use_aside(n, logical, want, block, count, made);
	if ((err = ext4_blocks_alloc(n->fs, n->goal, min(min(want, *count), (u32)MOST), block, &got)))
		return err;
	if ((err = ext4_extent_insert(n, logical, *block, got, false)))
		return err;
	ext4_blocks_changed(n, got);
	n->goal = *block + got;
	*count = got;
	*made = true;
	return 0;
}
