/* Block groups: descriptors, bitmaps, and what is taken and given back there. */
#include "ext4.h"

#define INODE_UNINIT	1
#define BLOCK_UNINIT	2

/* Fields of descriptors; the upper halves are in those of 64 bytes. */
#define BLOCK_BITMAP	0x0
#define INODE_BITMAP	0x4
#define INODE_TABLE	0x8
#define FREE_BLOCKS	0xc
#define FREE_INODES	0xe
#define USED_DIRS	0x10
#define FLAGS		0x12
#define BLOCK_SUM	0x18
#define INODE_SUM	0x1a
#define UNUSED_INODES	0x1c
#define DESC_SUM	0x1e
#define HIGH		0x20	/* of those above: the same again, but for the sums */
#define BLOCK_SUM_HIGH	0x38
#define INODE_SUM_HIGH	0x3a

u8 *ext4_super(struct ext4 *fs) { return fs->sb_buf->data + fs->sb_at; }

void ext4_super_sum(struct ext4 *fs)
{
	u8 *sb = ext4_super(fs);

	if (ext4_csums(fs))
		SET32(sb, 0x3fc, ext4_crc32c(~0u, sb, 0x3fc));
}

int ext4_super_change(struct ext4 *fs) { return ext4_change(fs->sb_buf); }

u64 ext4_free_blocks(struct ext4 *fs)
{
	u8 *sb = ext4_super(fs);

	return LE32(sb, 0xc) | (fs->incompat & INCOMPAT_64BIT ? (u64)LE32(sb, 0x158) << 32 : 0);
}

static void super_blocks(struct ext4 *fs, s64 change)
{
	u64 n = ext4_free_blocks(fs) + change;
	u8 *sb = ext4_super(fs);

	SET32(sb, 0xc, n);
	if (fs->incompat & INCOMPAT_64BIT)
		SET32(sb, 0x158, n >> 32);
	ext4_super_sum(fs);
}

static void super_inodes(struct ext4 *fs, s32 change)
{
	u8 *sb = ext4_super(fs);

	SET32(sb, 0x10, LE32(sb, 0x10) + change);
	ext4_super_sum(fs);
}

int ext4_group(struct ext4 *fs, u32 group, struct ext4_buf **b, u8 **desc)
{
	u32 in_block = fs->block_size / fs->desc_size;

	if (group >= fs->groups)
		return -EUCLEAN;
	int err = ext4_buf_get(fs, fs->first_data + 1 + group / in_block, b);
	if (!err)
		*desc = (*b)->data + group % in_block * fs->desc_size;
	return err;
}

static bool wide(const struct ext4 *fs) { return fs->desc_size >= 64; }

u64 ext4_group_field(const struct ext4 *fs, const u8 *desc, u32 low, u32 high)
{
	return LE32(desc, low) | (wide(fs) ? (u64)LE32(desc, high) << 32 : 0);
}

static u32 count_of(const struct ext4 *fs, const u8 *desc, u32 at)
{
	return LE16(desc, at) | (wide(fs) ? (u32)LE16(desc, at + HIGH) << 16 : 0);
}

static void count_set(const struct ext4 *fs, u8 *desc, u32 at, u32 n)
{
	SET16(desc, at, n);
	if (wide(fs))
		SET16(desc, at + HIGH, n >> 16);
}

static void desc_sum(struct ext4 *fs, u32 group, u8 *desc)
{
	u32 sum;

	SET16(desc, DESC_SUM, 0);
	if (ext4_csums(fs)) {
		sum = ext4_crc32c(fs->seed, &group, 4);
		sum = ext4_crc32c(sum, desc, fs->desc_size);
	} else if (fs->ro_compat & RO_GDT_CSUM) {
		sum = ext4_crc16(0xffff, ext4_super(fs) + 0x68, 16);
		sum = ext4_crc16(sum, &group, 4);
		sum = ext4_crc16(sum, desc, DESC_SUM);
		if (wide(fs))
			sum = ext4_crc16(sum, desc + HIGH, fs->desc_size - HIGH);
	} else {
		return;
	}
	SET16(desc, DESC_SUM, sum);
}

static void bitmap_sum(struct ext4 *fs, u8 *desc, const u8 *bitmap, bool inodes)
{
	if (!ext4_csums(fs))
		return;
	u32 sum = ext4_crc32c(fs->seed, bitmap, (inodes ? fs->inodes_per_group : fs->blocks_per_group) / 8);
	SET16(desc, inodes ? INODE_SUM : BLOCK_SUM, sum);
	if (wide(fs))
		SET16(desc, inodes ? INODE_SUM_HIGH : BLOCK_SUM_HIGH, sum >> 16);
}

static bool bit(const u8 *map, u32 i) { return map[i / 8] >> i % 8 & 1; }
static void bit_set(u8 *map, u32 i) { map[i / 8] |= 1 << i % 8; }

static u64 group_start(const struct ext4 *fs, u32 group) { return fs->first_data + (u64)group * fs->blocks_per_group; }

static u32 group_size(const struct ext4 *fs, u32 group)
{
	return min((u64)fs->blocks_per_group, fs->blocks - group_start(fs, group));
}

static bool power_of(u32 n, u32 base)
{
	while (n && n % base == 0)
		n /= base;
	return n == 1;
}

/* Has it a copy of the superblock and of the descriptors? */
static bool has_super(struct ext4 *fs, u32 group)
{
	if (!(fs->ro_compat & 1) || group <= 1)
		return true;
	return group & 1 && (power_of(group, 3) || power_of(group, 5) || power_of(group, 7));
}

/* A bitmap that mke2fs left out: only the group's own metadata is in use. */
static void bitmap_begin(struct ext4 *fs, u32 group, const u8 *desc, u8 *map)
{
	u64 start = group_start(fs, group), size = group_size(fs, group);
	u32 table = ((u64)fs->inodes_per_group * fs->inode_size + fs->block_size - 1) / fs->block_size;
	u64 used[] = { ext4_group_field(fs, desc, BLOCK_BITMAP, BLOCK_BITMAP + HIGH), ext4_group_field(fs, desc, INODE_BITMAP, INODE_BITMAP + HIGH) };
	u64 tables = ext4_group_field(fs, desc, INODE_TABLE, INODE_TABLE + HIGH);
	u32 in_block = fs->block_size / fs->desc_size, own = 0;

	memset(map, 0, fs->block_size);
	if (has_super(fs, group))
		own = 1 + (fs->groups + in_block - 1) / in_block + LE16(ext4_super(fs), 0xce);
	for (u32 i = 0; i < own && i < size; i++)
		bit_set(map, i);
	for (u32 i = 0; i < 2; i++)
		if (used[i] >= start && used[i] < start + size)
			bit_set(map, used[i] - start);
	for (u64 i = tables; i < tables + table; i++)
		if (i >= start && i < start + size)
			bit_set(map, i - start);
	for (u32 i = size; i < fs->block_size * 8; i++)
		bit_set(map, i);
}

/* The bitmap of a group, to be changed together with its descriptor, and the descriptor. */
static int open_group(struct ext4 *fs, u32 group, bool inodes, struct ext4_buf **d, u8 **desc, struct ext4_buf **map)
{
	int err = ext4_group(fs, group, d, desc);

	if (err)
		return err;
	u32 at = inodes ? INODE_BITMAP : BLOCK_BITMAP;
	u64 block = ext4_group_field(fs, *desc, at, at + HIGH);
	err = ext4_valid(fs, block, 1) ? ext4_buf_get(fs, block, map) : -EUCLEAN;
	if (!err && ((err = ext4_change(*d)) || (err = ext4_change(*map))))
		ext4_buf_put(*map);
	if (err) {
		ext4_buf_put(*d);
		return err;
	}
	u16 flag = inodes ? INODE_UNINIT : BLOCK_UNINIT;
	if (!(LE16(*desc, FLAGS) & flag) || !(fs->ro_compat & (RO_GDT_CSUM | RO_METADATA_CSUM)))
		return 0;
	if (inodes) {
		memset((*map)->data, 0, fs->block_size);
		for (u32 i = fs->inodes_per_group; i < fs->block_size * 8; i++)
			bit_set((*map)->data, i);
	} else {
		bitmap_begin(fs, group, *desc, (*map)->data);
	}
	SET16(*desc, FLAGS, LE16(*desc, FLAGS) & ~flag);
	return 0;
}

static void close_group(struct ext4 *fs, u32 group, bool inodes, struct ext4_buf *d, u8 *desc, struct ext4_buf *map)
{
	bitmap_sum(fs, desc, map->data, inodes);
	desc_sum(fs, group, desc);
	ext4_buf_put(d);
	ext4_buf_put(map);
}

/* Free now, and not freed by the transaction: until that is safe the block belongs to whom it did. */
static bool is_free(const u8 *map, const u8 *busy, u32 i)
{
	return !bit(map, i) && !(busy && bit(busy, i));
}

/* A run of at most WANT blocks from bit FROM on; how many, at *AT. */
static u32 find_run(struct ext4 *fs, u32 group, const u8 *map, u32 from, u32 want, u32 *at)
{
	const u8 *busy = radix_get(&fs->busy, group);
	u32 size = group_size(fs, group), i = from, n = 0;

	while (i < size && !is_free(map, busy, i))
		i += !(i % 8) && map[i / 8] == 0xff ? 8 : 1;
	for (*at = i; i + n < size && n < want && is_free(map, busy, i + n);)
		n++;
	return n;
}

static int take(struct ext4 *fs, u32 group, u32 from, u32 want, u64 *block, u32 *got)
{
	struct ext4_buf *d, *map;
	u8 *desc;
	u32 at;
	int err = ext4_group(fs, group, &d, &desc);

	if (err)
		return err;
	u32 left = count_of(fs, desc, FREE_BLOCKS);
	ext4_buf_put(d);
	if (!left)
		return -ENOSPC;
	if ((err = open_group(fs, group, false, &d, &desc, &map)))
		return err;
	u32 n = find_run(fs, group, map->data, from, min(want, left), &at);
	for (u32 i = 0; i < n; i++)
		bit_set(map->data, at + i);
	if (n)
		count_set(fs, desc, FREE_BLOCKS, left - n);
	*block = group_start(fs, group) + at;
	*got = n;
	close_group(fs, group, false, d, desc, map);
	return n ? 0 : -ENOSPC;
}

int ext4_blocks_alloc(struct ext4 *fs, u64 goal, u32 want, u64 *block, u32 *got)
{
	int err = ext4_super_change(fs);

	if (err)
		return err;
	if (goal < fs->first_data || goal >= fs->blocks)
		goal = fs->first_data;
	u32 first = (goal - fs->first_data) / fs->blocks_per_group, from = (goal - fs->first_data) % fs->blocks_per_group;
	err = -ENOSPC;
	for (u32 i = 0; i <= fs->groups && err == -ENOSPC; i++, from = 0)
		err = take(fs, (first + i) % fs->groups, from, want, block, got);
	if (!err && !ext4_valid(fs, *block, *got))
		err = -EUCLEAN;
	if (!err)
		super_blocks(fs, -(s64)*got);
	return err;
}

static int give_back(struct ext4 *fs, u32 group, u32 at, u32 n)
{
	struct ext4_buf *d, *map;
	u8 *desc, *busy = radix_get(&fs->busy, group);
	int err = open_group(fs, group, false, &d, &desc, &map);

	if (err)
		return err;
	if (!busy) {
		if ((busy = kmalloc(fs->block_size)))
			memcpy(busy, map->data, fs->block_size);
		if (!busy || (err = radix_set(&fs->busy, group, busy))) {
			kfree(busy);
			err = -ENOMEM;
		}
	} else {
		for (u32 i = at; i < at + n; i++)
			bit_set(busy, i);
	}
	for (u32 i = at; i < at + n && !err; i++) {
		if (!bit(map->data, i))
			err = -EUCLEAN;
		map->data[i / 8] &= ~(1 << i % 8);
	}
	count_set(fs, desc, FREE_BLOCKS, count_of(fs, desc, FREE_BLOCKS) + n);
	close_group(fs, group, false, d, desc, map);
	return err;
}

int ext4_blocks_free(struct ext4 *fs, u64 block, u64 count)
{
	int err = ext4_valid(fs, block, count) ? ext4_super_change(fs) : -EUCLEAN;

	super_blocks(fs, err ? 0 : (s64)count);
	while (count && !err) {
		u32 group = (block - fs->first_data) / fs->blocks_per_group, at = (block - fs->first_data) % fs->blocks_per_group;
		u32 n = min(count, (u64)fs->blocks_per_group - at);
		err = give_back(fs, group, at, n);
		for (u32 i = 0; i < n && !err; i++)
			ext4_buf_forget(fs, block + i);
		block += n;
		count -= n;
	}
	return err;
}

static int take_inode(struct ext4 *fs, u32 group, bool dir, u32 *ino)
{
	struct ext4_buf *d, *map;
	u8 *desc;
	u32 i = 0;
	int err = ext4_group(fs, group, &d, &desc);

	if (err)
		return err;
	u32 left = count_of(fs, desc, FREE_INODES);
	ext4_buf_put(d);
	if (!left)
		return -ENOSPC;
	if ((err = open_group(fs, group, true, &d, &desc, &map)))
		return err;
	if (!group)
		i = max(LE32(ext4_super(fs), 0x54), 11u) - 1;	/* those before are reserved */
	while (i < fs->inodes_per_group && bit(map->data, i))
		i++;
	if (i < fs->inodes_per_group) {
		bit_set(map->data, i);
		count_set(fs, desc, FREE_INODES, left - 1);
		count_set(fs, desc, USED_DIRS, count_of(fs, desc, USED_DIRS) + dir);
		if (fs->ro_compat & (RO_GDT_CSUM | RO_METADATA_CSUM))
			count_set(fs, desc, UNUSED_INODES, min(count_of(fs, desc, UNUSED_INODES), fs->inodes_per_group - i - 1));
		*ino = group * fs->inodes_per_group + i + 1;
	} else {
		err = -ENOSPC;
	}
	close_group(fs, group, true, d, desc, map);
	return err;
}

int ext4_inode_alloc(struct ext4 *fs, u32 near, bool dir, u32 *ino)
{
	u32 first = (near - 1) / fs->inodes_per_group;
	int err = ext4_super_change(fs);

	if (err)
		return err;
	err = -ENOSPC;
	for (u32 i = 0; i < fs->groups && err == -ENOSPC; i++)
		err = take_inode(fs, (first + i) % fs->groups, dir, ino);
	if (!err)
		super_inodes(fs, -1);
	return err;
}

int ext4_inode_free(struct ext4 *fs, u32 ino, bool dir)
{
	u32 group = (ino - 1) / fs->inodes_per_group, i = (ino - 1) % fs->inodes_per_group;
	struct ext4_buf *d, *map;
	u8 *desc;
	int err = ext4_super_change(fs);

	if (err || (err = open_group(fs, group, true, &d, &desc, &map)))
		return err;
	if (!bit(map->data, i))
		err = -EUCLEAN;
	map->data[i / 8] &= ~(1 << i % 8);
	count_set(fs, desc, FREE_INODES, count_of(fs, desc, FREE_INODES) + 1);
	if (dir)
		count_set(fs, desc, USED_DIRS, count_of(fs, desc, USED_DIRS) - 1);
	close_group(fs, group, true, d, desc, map);
	super_inodes(fs, 1);
	return err;
}
