/* Entries of directories. They are looked through from the start. An index (htree) is not used, and a directory that gets a new
 * name loses it: without one it is as good a directory, and Linux makes do with that. */
#include "ext4.h"

#define HEAD		8	/* before the name */
#define TAIL		12	/* of a block with a checksum: looks like an entry without a name */
#define TAIL_TYPE	0xde
#define MAX_BLOCKS	(1u << 18)

struct spot {			/* where an entry is */
	struct ext4_buf *b;
	u32 at, before;		/* BEFORE: the entry before it in the block, or AT */
};

static u32 rec_len(const u8 *e) { return LE16(e, 4); }
static u32 need(size_t len) { return align_up(HEAD + len, 4UL); }

/* Where entries end: a checksum may follow. */
static u32 end_of(const struct ext4 *fs, const u8 *p)
{
	const u8 *t = p + fs->block_size - TAIL;

	return ext4_csums(fs) && !LE32(t, 0) && rec_len(t) == TAIL && !t[6] && t[7] == TAIL_TYPE ? fs->block_size - TAIL : fs->block_size;
}

static bool entry_right(const struct ext4 *fs, const u8 *p, u32 at, u32 end)
{
	if (at + HEAD > end)
		return false;
	const u8 *e = p + at;
	u32 n = rec_len(e);

	return n >= HEAD && n % 4 == 0 && n <= end - at && need(e[6]) <= n && LE32(e, 0) <= fs->inodes;
}

static u32 blocks_of(const struct ext4_node *dir) { return min(dir->v.size / dir->fs->block_size, (u64)MAX_BLOCKS); }

static int block_get(struct ext4_node *dir, u32 i, struct ext4_buf **b)
{
	struct ext4 *fs = dir->fs;
	u64 block;
	u32 count;
	int err = ext4_map(dir, i, &block, &count);

	if (err)
		return err;
	if (!block)
		return -EUCLEAN;
	if ((err = ext4_buf_get(fs, block, b)))
		return err;
	u32 end = end_of(fs, (*b)->data);
	if (end < fs->block_size && LE32((*b)->data, end + 8) != ext4_crc32c(dir->seed, (*b)->data, end))
		err = -EUCLEAN;
	else if (ext4_csums(fs) && end == fs->block_size && !(dir->flags & INDEX_FL))
		err = -EUCLEAN;
	if (err)
		ext4_buf_put(*b);
	return err;
}

static void block_sum(struct ext4_node *dir, u8 *p)
{
	u32 end = end_of(dir->fs, p);

	if (end < dir->fs->block_size)
		SET32(p, end + 8, ext4_crc32c(dir->seed, p, end));
}

/* What is looked for: the entry NAME, or if that is NULL one that is unused, or has behind it, room for LEN bytes. */
static bool fits(const u8 *e, const char *name, size_t len)
{
	if (!name)
		return rec_len(e) >= len + (LE32(e, 0) ? need(e[6]) : 0);
	return LE32(e, 0) && e[6] == len && !memcmp(e + HEAD, name, len);
}

/* The first entry that fits: 0 and *S, whose buffer is held; or -ENOENT. */
static int find(struct ext4_node *dir, const char *name, size_t len, struct spot *s)
{
	for (u32 i = 0; i < blocks_of(dir); i++) {
		int err = block_get(dir, i, &s->b);
		if (err)
			return err;
		const u8 *p = s->b->data;
		u32 end = end_of(dir->fs, p);
		for (s->at = s->before = 0; s->at < end; s->before = s->at, s->at += rec_len(p + s->at)) {
			if (!entry_right(dir->fs, p, s->at, end)) {
				ext4_buf_put(s->b);
				return -EUCLEAN;
			}
			if (fits(p + s->at, name, len))
				return 0;
		}
		ext4_buf_put(s->b);
	}
	return -ENOENT;
}

int ext4_dir_find(struct ext4_node *dir, const char *name, size_t len, u32 *ino, u8 *type)
{
	struct spot s;
	int err = find(dir, name, len, &s);

	if (err)
		return err;
	*ino = LE32(s.b->data, s.at);
	*type = s.b->data[s.at + 7];
	ext4_buf_put(s.b);
	return 0;
}

/* What an entry says of a file's kind. */
static u8 type_of(const struct ext4 *fs, u32 mode)
{
	static const u8 types[16] = { [S_IFREG >> 12] = 1, [S_IFDIR >> 12] = 2, [S_IFCHR >> 12] = 3, [S_IFBLK >> 12] = 4,
		[S_IFIFO >> 12] = 5, [S_IFSOCK >> 12] = 6, [S_IFLNK >> 12] = 7 };

	return fs->incompat & INCOMPAT_FILETYPE ? types[mode >> 12 & 15] : 0;
}

static void entry_set(struct ext4 *fs, u8 *e, const char *name, size_t len, u32 ino, u32 mode)
{
	SET32(e, 0, ino);
	e[6] = len;
	e[7] = type_of(fs, mode);
	memcpy(e + HEAD, name, len);
}

static void tail_set(struct ext4 *fs, u8 *p)
{
	if (!ext4_csums(fs))
		return;
	u8 *t = p + fs->block_size - TAIL;
	memset(t, 0, TAIL);
	SET16(t, 4, TAIL);
	t[7] = TAIL_TYPE;
}

static u32 room_of(const struct ext4 *fs) { return fs->block_size - (ext4_csums(fs) ? TAIL : 0); }

/* A block of the index becomes one without entries; the first keeps "." and "..". */
static int plain(struct ext4_node *dir, u32 i)
{
	struct ext4 *fs = dir->fs;
	struct ext4_buf *b;
	int err = block_get(dir, i, &b);

	if (err)
		return err;
	if (!(err = ext4_change(b))) {
		u32 first = i ? 0 : 12;
		memset(b->data + first + (i ? 0 : 12), 0, fs->block_size - first - (i ? 0 : 12));
		SET16(b->data, first + 4, room_of(fs) - first);
		tail_set(fs, b->data);
		block_sum(dir, b->data);
	}
	ext4_buf_put(b);
	return err;
}

/* The blocks of the index that P, at AT, names, LEVELS above the entries. */
static int unindex(struct ext4_node *dir, u32 i, u32 at, u32 levels)
{
	struct ext4 *fs = dir->fs;
	struct ext4_buf *b;
	int err = block_get(dir, i, &b);

	if (err)
		return err;
	u32 n = LE16(b->data, at + 2);
	if (n > (fs->block_size - at) / 8)
		err = -EUCLEAN;
	for (u32 k = 0; k < n && levels && !err; k++) {
		u32 child = LE32(b->data, at + k * 8 + 4) & 0xfffffff;
		err = child && child < blocks_of(dir) ? unindex(dir, child, 8, levels - 1) : -EUCLEAN;
	}
	ext4_buf_put(b);
	return err ? err : plain(dir, i);
}

static int without_index(struct ext4_node *dir)
{
	struct ext4_buf *b;

	if (!(dir->flags & INDEX_FL))
		return 0;
	int err = block_get(dir, 0, &b);
	if (err)
		return err;
	u32 levels = b->data[0x1e];
	bool right = levels <= 2 && LE16(b->data, 4) == 12 && b->data[6] == 1 && b->data[14 + 4] == 2 && b->data[0x1d] == 8;
	ext4_buf_put(b);
	err = right ? unindex(dir, 0, 0x20, levels) : -EUCLEAN;
	if (!err)
		dir->flags &= ~INDEX_FL;
	return err;
}

/* One more block, which an unused entry fills. */
static int grow(struct ext4_node *dir, struct spot *s)
{
	struct ext4 *fs = dir->fs;
	u64 block;
	u32 count, i = blocks_of(dir);
	bool made;
	int err = i < MAX_BLOCKS ? ext4_map_new(dir, i, 1, &block, &count, &made) : -ENOSPC;

	if (err || (err = ext4_buf_new(fs, block, &s->b)))
		return err;
	SET16(s->b->data, 4, room_of(fs));
	tail_set(fs, s->b->data);
	block_sum(dir, s->b->data);
	dir->v.size += fs->block_size;
	s->at = 0;
	return 0;
}

int ext4_dir_add(struct ext4_node *dir, const char *name, size_t len, u32 ino, u32 mode)
{
	struct spot s;
	int err = without_index(dir);

	if (!err && (err = find(dir, NULL, need(len), &s)) == -ENOENT)
		err = grow(dir, &s);
	if (err)
		return err;
	if (!(err = ext4_change(s.b))) {
		u8 *e = s.b->data + s.at;
		if (LE32(e, 0)) {
			u32 used = need(e[6]), all = rec_len(e);
			SET16(e, 4, used);
			e += used;
			SET16(e, 4, all - used);
		}
		entry_set(dir->fs, e, name, len, ino, mode);
		block_sum(dir, s.b->data);
	}
	ext4_buf_put(s.b);
	return err;
}

int ext4_dir_remove(struct ext4_node *dir, const char *name, size_t len)
{
	struct spot s;
	int err = find(dir, name, len, &s);

	if (err)
		return err;
	if (!(err = ext4_change(s.b))) {
		u8 *p = s.b->data;
		if (s.at != s.before)
			SET16(p, s.before + 4, rec_len(p + s.before) + rec_len(p + s.at));
		SET32(p, s.at, 0);
		block_sum(dir, p);
	}
	ext4_buf_put(s.b);
	return err;
}

int ext4_dir_set(struct ext4_node *dir, const char *name, size_t len, u32 ino, u32 mode)
{
	struct spot s;
	int err = find(dir, name, len, &s);

	if (err)
		return err;
	if (!(err = ext4_change(s.b))) {
		SET32(s.b->data, s.at, ino);
		s.b->data[s.at + 7] = type_of(dir->fs, mode);
		block_sum(dir, s.b->data);
		if (end_of(dir->fs, s.b->data) == dir->fs->block_size && ext4_csums(dir->fs)) {	/* "..", in the index's first block */
			ext4_buf_put(s.b);
			return without_index(dir);
		}
	}
	ext4_buf_put(s.b);
	return err;
}

int ext4_dir_begin(struct ext4_node *n, u32 parent)
{
	struct spot s;
	int err = grow(n, &s);

	if (err)
		return err;
	u8 *p = s.b->data;
	entry_set(n->fs, p, ".", 1, n->v.ino, S_IFDIR);
	SET16(p, 4, 12);
	entry_set(n->fs, p + 12, "..", 2, parent, S_IFDIR);
	SET16(p, 16, room_of(n->fs) - 12);
	block_sum(n, p);
	ext4_buf_put(s.b);
	return ext4_node_store(n);
}

static bool dots(const u8 *e)
{
	return e[HEAD] == '.' && (e[6] == 1 || (e[6] == 2 && e[HEAD + 1] == '.'));
}

static bool shown(const u8 *e)
{
	if (!LE32(e, 0) || !e[6] || dots(e))
		return false;
	for (u32 i = 0; i < e[6]; i++)
		if (!e[HEAD + i] || e[HEAD + i] == '/')
			return false;
	return true;
}

/* The first entry at or behind byte *AT of the directory; the buffer is held. 1, 0 at the end, or -errno. */
static int next(struct ext4_node *dir, u64 *at, struct spot *s)
{
	u32 size = dir->fs->block_size;

	for (u32 i = *at / size; i < blocks_of(dir); i++) {
		int err = block_get(dir, i, &s->b);
		if (err)
			return err;
		const u8 *p = s->b->data;
		u32 end = end_of(dir->fs, p), from = *at > (u64)i * size ? *at - (u64)i * size : 0;
		for (s->at = 0; s->at < end; s->at += rec_len(p + s->at)) {
			if (!entry_right(dir->fs, p, s->at, end)) {
				ext4_buf_put(s->b);
				return -EUCLEAN;
			}
			if (s->at >= from && shown(p + s->at)) {
				*at = (u64)i * size + s->at;
				return 1;
			}
		}
		ext4_buf_put(s->b);
	}
	return 0;
}

int ext4_dir_empty(struct ext4_node *dir)
{
	struct spot s;
	u64 at = 0;
	int r = next(dir, &at, &s);

	if (r <= 0)
		return r;
	ext4_buf_put(s.b);
	return -ENOTEMPTY;
}

int ext4_dir_readdir(struct file *f, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	static const u8 types[] = { 0, DT_REG, DT_DIR, DT_CHR, DT_BLK, DT_FIFO, DT_SOCK, DT_LNK };
	struct ext4_node *dir = ext4_node(f->vnode);
	struct spot s;

	ext4_lock(dir->fs);
	int r = next(dir, cookie, &s);
	if (r > 0) {
		const u8 *e = s.b->data + s.at;
		memcpy(name, e + HEAD, e[6]);
		name[e[6]] = 0;
		*ino = LE32(e, 0);
		*type = dir->fs->incompat & INCOMPAT_FILETYPE && e[7] < array_len(types) ? types[e[7]] : 0;
		*cookie += HEAD;
		ext4_buf_put(s.b);
	}
	ext4_unlock(dir->fs);
	return r;
}
