/* The journal (jbd2): a file of the disk with blocks as they are to become, so that of a change all is found after a crash, or
 * nothing. Numbers in it are big-endian.
 *
 * A commit, with what the one before left:
 *	this transaction's blocks go to the journal, behind the last one's;
 *	flush: also the last one's blocks are in their places, and all contents are on the disk;
 *	the block that completes it is written, and where the journal starts: at this transaction;
 *	flush: now it is safe;
 *	its blocks go to their places.
 * So never more than two are in the journal, each at most half of it, and none is replayed that another has replaced:
 * blocks that it frees are not used again before it is safe, and those that others freed are not in it. */
#include "ext4.h"

#define MAGIC		0xc03b3998
#define DESCRIPTOR	1
#define COMMIT		2
#define SUPER_V2	4
#define REVOKE		5

/* Tags. */
#define ESCAPED		1
#define SAME_UUID	2
#define LAST_TAG	8

/* Features of journals. */
#define J_REVOKE	1
#define J_64BIT		2
#define J_ASYNC		4
#define J_CSUM_V2	8
#define J_CSUM_V3	0x10
#define J_KNOWN		(J_REVOKE | J_64BIT | J_ASYNC | J_CSUM_V2 | J_CSUM_V3)

#define MOST_BLOCKS	(1u << 18)
#define PIECE		(64 * 1024)

static u32 be32(const void *p, u32 at) { return __builtin_bswap32(LE32(p, at)); }
static u32 be16(const void *p, u32 at) { return __builtin_bswap16(LE16(p, at)); }
static void put32(void *p, u32 at, u32 v) { SET32(p, at, __builtin_bswap32(v)); }
static void put16(void *p, u32 at, u16 v) { SET16(p, at, __builtin_bswap16(v)); }

u32 ext4_journal_room(const struct ext4 *fs)
{
	return (fs->journal_blocks - fs->journal_first) / 2 * 7 / 8;
}

static u32 after(const struct ext4 *fs, u32 at)
{
	return at + 1 < fs->journal_blocks ? at + 1 : fs->journal_first;
}

/* What a replay knows. */
struct replay {
	struct ext4 *fs;
	u8 *buf, *data;			/* of a block each */
	u32 features, seed, tag_bytes;
	struct radix revoked;		/* by block: the last transaction that revoked it, + 1 */
	u32 revokes;
	bool write;
};

static int journal_read(struct replay *r, u32 at, u8 *buf)
{
	return ext4_read(r->fs, r->fs->journal[at], buf, 1);
}

static bool is_block(const u8 *p, u32 type, u32 sequence)
{
	return be32(p, 0) == MAGIC && be32(p, 4) == type && be32(p, 8) == sequence;
}

static bool sums(const struct replay *r) { return r->features & (J_CSUM_V2 | J_CSUM_V3); }

/* The checksum at AT of a block, which is 0 when it is made. */
static bool sum_right(struct replay *r, u8 *block, u32 at)
{
	u32 have = be32(block, at);

	if (!sums(r))
		return true;
	put32(block, at, 0);
	bool right = ext4_crc32c(r->seed, block, r->fs->block_size) == have;
	put32(block, at, have);
	return right;
}

struct tag { u64 block; u32 flags, sum; };

/* The tag at *AT of the descriptor; false: there is none. */
static bool tag_next(struct replay *r, u32 *at, struct tag *t)
{
	u32 end = r->fs->block_size - (sums(r) ? 4 : 0), n = r->tag_bytes;
	const u8 *p = r->buf + *at;

	if (*at + n > end)
		return false;
	bool v3 = r->features & J_CSUM_V3;
	t->flags = v3 ? be32(p, 4) : be16(p, 6);
	t->block = be32(p, 0) | (r->features & J_64BIT ? (u64)be32(p, 8) << 32 : 0);
	t->sum = v3 ? be32(p, 12) : be16(p, 4);
	*at += n + (t->flags & SAME_UUID ? 0 : 16);
	return true;
}

static bool data_right(struct replay *r, const struct tag *t, u32 sequence)
{
	if (!sums(r))
		return true;
	u32 be = __builtin_bswap32(sequence), sum = ext4_crc32c(r->seed, &be, 4);
	sum = ext4_crc32c(sum, r->data, r->fs->block_size);
	return r->features & J_CSUM_V3 ? t->sum == sum : t->sum == (sum & 0xffff);
}

/* Puts the block in its place: on the disk, or where reads find it. */
static int place(struct replay *r, const struct tag *t)
{
	struct ext4 *fs = r->fs;

	if (t->block >= fs->blocks)
		return -EUCLEAN;
	if (t->flags & ESCAPED)
		put32(r->data, 0, MAGIC);
	if (r->write)
		return ext4_write(fs, t->block, r->data, 1);
	u8 *p = radix_get(&fs->replayed, t->block);
	if (!p) {
		if (!(p = kmalloc(fs->block_size)))
			return -ENOMEM;
		int err = radix_set(&fs->replayed, t->block, p);
		if (err) {
			kfree(p);
			return err;
		}
	}
	memcpy(p, r->data, fs->block_size);
	return 0;
}

/* A descriptor, in r->buf, and its blocks; PLACES: put them where they belong. *AT is behind them then. */
static int descriptor(struct replay *r, u32 *at, u32 sequence, bool places)
{
	u32 pos = 12, n = 0;
	struct tag t = { 0 };

	while (tag_next(r, &pos, &t)) {
		*at = after(r->fs, *at);
		if (++n > r->fs->journal_blocks)
			return -EUCLEAN;
		u64 revoked = (u64)radix_get(&r->revoked, t.block);
		if (places && !(revoked && (s32)((u32)(revoked - 1) - sequence) >= 0)) {
			int err = journal_read(r, *at, r->data);
			if (err)
				return err;
			if (!data_right(r, &t, sequence))
				return -EUCLEAN;
			if ((err = place(r, &t)))
				return err;
		}
		if (t.flags & LAST_TAG)
			break;
	}
	*at = after(r->fs, *at);
	return 0;
}

/* Blocks that hold something else since: what is in the journal up to SEQUENCE must not be put there. */
static int revoke(struct replay *r, u32 sequence)
{
	u32 size = r->features & J_64BIT ? 8 : 4, end = be32(r->buf, 12);

	if (end > r->fs->block_size - (sums(r) ? 4 : 0))
		return -EUCLEAN;
	for (u32 at = 16; at + size <= end; at += size) {
		u64 block = size == 8 ? (u64)be32(r->buf, at) << 32 | be32(r->buf, at + 4) : be32(r->buf, at);
		if (block >= r->fs->blocks)
			return -EUCLEAN;
		int err = radix_set(&r->revoked, block, (void *)(u64)((u64)sequence + 1));
		if (err)
			return err;
	}
	return 0;
}

/* Transactions from START on, as long as they are complete and before END (0: as far as they go). *LAST: the first that is not. */
static int pass(struct replay *r, u32 start, u32 sequence, bool places, u32 *last)
{
	struct ext4 *fs = r->fs;
	u32 at = start, end = *last, blocks = 0;
	bool scan = !places;

	for (*last = sequence; scan || *last != end;) {
		int err = journal_read(r, at, r->buf);
		if (err)
			return err;
		if (++blocks > fs->journal_blocks)
			return scan ? 0 : -EUCLEAN;
		if (is_block(r->buf, DESCRIPTOR, *last) && sum_right(r, r->buf, fs->block_size - 4)) {
			if ((err = descriptor(r, &at, *last, places)))
				return err;
		} else if (is_block(r->buf, COMMIT, *last) && sum_right(r, r->buf, 16)) {
			at = after(fs, at);
			++*last;
		} else if (is_block(r->buf, REVOKE, *last) && sum_right(r, r->buf, fs->block_size - 4)) {
			if (scan && (err = revoke(r, *last)))
				return err;
			at = after(fs, at);
		} else {
			return scan ? 0 : -EUCLEAN;
		}
	}
	return 0;
}

static int super_write(struct ext4 *fs, u8 *buf, u32 start, u32 sequence)
{
	int err = ext4_read(fs, fs->journal[0], buf, 1);

	if (err)
		return err;
	put32(buf, 0x18, sequence);
	put32(buf, 0x1c, start);
	/* Ours have no sums: what is complete is known by flushes. */
	put32(buf, 0x28, fs->journal_64 ? J_64BIT : 0);
	put32(buf, 0x24, 0);
	buf[0x50] = 0;
	put32(buf, 0xfc, 0);
	return ext4_write(fs, fs->journal[0], buf, 1);
}

static int replay(struct replay *r, u32 start, u32 sequence)
{
	u32 end = 0;
	int err = pass(r, start, sequence, false, &end);

	/* What an incomplete one revoked counts for nothing: it is above all that is replayed, and blocks are replayed unless they
	 * were revoked at or after their transaction. */
	for (u64 i = 0, v; !err && (v = (u64)radix_next(&r->revoked, &i)); i++)
		if ((s32)((u32)(v - 1) - end) >= 0)
			err = radix_set(&r->revoked, i, NULL);
	if (!err)
		err = pass(r, start, sequence, true, &end);
	r->fs->sequence = end + 1;
	return err;
}

/* Where the blocks of the journal, inode N, are. */
static int find_blocks(struct ext4 *fs, struct ext4_node *n)
{
	u64 size = n->v.size / fs->block_size;

	if (size < 64 || size > MOST_BLOCKS || !S_ISREG(n->v.mode))
		return -EUCLEAN;
	if (!(fs->journal = kmalloc(size * sizeof(u64))))
		return -ENOMEM;
	for (u32 i = 0, count; i < size; i += count) {
		u64 block;
		int err = ext4_map(n, i, &block, &count);
		if (err)
			return err;
		if (!block)
			return -EUCLEAN;
		count = min((u64)count, size - i);
		for (u32 k = 0; k < count; k++)
			fs->journal[i + k] = block + k;
	}
	fs->journal_blocks = size;
	return 0;
}

static int check_super(struct ext4 *fs, struct replay *r)
{
	const u8 *p = r->buf;
	u32 type = be32(p, 4), blocks = be32(p, 0x10);

	if (be32(p, 0) != MAGIC || (type != SUPER_V2 && type != SUPER_V2 - 1) || be32(p, 0xc) != fs->block_size || blocks > fs->journal_blocks || blocks < 64)
		return -EUCLEAN;
	fs->journal_blocks = blocks;
	fs->journal_first = be32(p, 0x14);
	fs->sequence = be32(p, 0x18);
	if (!fs->journal_first || fs->journal_first > blocks - 32)
		return -EUCLEAN;
	r->features = type == SUPER_V2 ? be32(p, 0x28) : 0;
	if (r->features & ~J_KNOWN) {
		kprintf("ext4 on %s: its journal has features that are not known here (%x): let e2fsck empty it\n", fs->mount->path, r->features);
		return -EINVAL;
	}
	r->tag_bytes = r->features & J_CSUM_V3 ? 16 : r->features & J_64BIT ? 12 : 8;
	r->tag_bytes += r->features & J_CSUM_V2 && !(r->features & J_CSUM_V3) ? 2 : 0;
	r->seed = ext4_crc32c(~0u, p + 0x30, 16);
	return 0;
}

static int open(struct ext4 *fs, struct replay *r, bool write)
{
	struct vnode *v;
	int err = ext4_node_get(fs, 8, &v);

	if (err)
		return err;
	err = find_blocks(fs, ext4_node(v));
	vnode_put(v);
	if (err || !(r->buf = kmalloc(fs->block_size)) || !(r->data = kmalloc(fs->block_size)))
		return err ? err : -ENOMEM;
	if ((err = journal_read(r, 0, r->buf)) || (err = check_super(fs, r)))
		return err;
	u32 start = be32(r->buf, 0x1c);
	r->write = write;
	if (start && (start < fs->journal_first || start >= fs->journal_blocks))
		return -EUCLEAN;
	if (start)
		err = replay(r, start, fs->sequence);
	fs->journal_64 = fs->incompat & INCOMPAT_64BIT;
	fs->journal_at = fs->journal_first;
	if (err || !write)
		return err;
	if (!(err = ext4_flush(fs)) && !(err = super_write(fs, r->buf, 0, fs->sequence)))
		err = ext4_flush(fs);
	return err;
}

int ext4_journal_open(struct ext4 *fs, bool write)
{
	struct replay r = { .fs = fs };
	int err = open(fs, &r, write);

	kfree(r.buf);
	kfree(r.data);
	radix_free(&r.revoked);
	return err;
}

/* Blocks on their way to the journal, in few requests. */
struct out {
	struct ext4 *fs;
	u8 *buf;
	u64 first;	/* on the disk */
	u32 count;
};

static int out_flush(struct out *o)
{
	int err = o->count ? ext4_write(o->fs, o->first, o->buf, o->count) : 0;

	o->count = 0;
	return err;
}

static int out_put(struct out *o, const u8 *block)
{
	struct ext4 *fs = o->fs;
	u64 at = fs->journal[fs->journal_at];
	int err = 0;

	if (o->count && (at != o->first + o->count || (o->count + 1) * fs->block_size > PIECE))
		err = out_flush(o);
	if (!o->count)
		o->first = at;
	memcpy(o->buf + o->count++ * fs->block_size, block, fs->block_size);
	fs->journal_at = after(fs, fs->journal_at);
	return err;
}

static void header(struct ext4 *fs, u8 *p, u32 type)
{
	memset(p, 0, fs->block_size);
	put32(p, 0, MAGIC);
	put32(p, 4, type);
	put32(p, 8, fs->sequence);
}

static u32 tag_put(struct ext4 *fs, u8 *p, u32 at, u64 block, u32 flags)
{
	if (at == 12)
		flags &= ~SAME_UUID;
	put32(p, at, block);
	put16(p, at + 6, flags);
	if (fs->journal_64)
		put32(p, at + 8, block >> 32);
	return at + (fs->journal_64 ? 12 : 8) + (flags & SAME_UUID ? 0 : 16);
}

/* As many of the changed blocks as one descriptor names, from *B on. */
static int put_some(struct out *o, struct ext4_buf **b, u8 *page)
{
	struct ext4 *fs = o->fs;
	struct ext4_buf *at = *b;
	u32 pos = 12, last = 12;
	int err;

	header(fs, page, DESCRIPTOR);
	for (; &at->changed != &fs->changed && pos + 28 <= fs->block_size; at = container_of(at->changed.next, struct ext4_buf, changed)) {
		last = pos;
		pos = tag_put(fs, page, pos, at->block, SAME_UUID | (be32(at->data, 0) == MAGIC ? ESCAPED : 0));
	}
	put16(page, last + 6, be16(page, last + 6) | LAST_TAG);
	err = out_put(o, page);
	for (struct ext4_buf *k = *b; k != at && !err; k = container_of(k->changed.next, struct ext4_buf, changed)) {
		const u8 *data = k->data;
		if (be32(data, 0) == MAGIC) {
			memcpy(page, data, fs->block_size);
			put32(page, 0, 0);
			data = page;
		}
		err = out_put(o, data);
	}
	*b = at;
	return err;
}

static int write_journal(struct out *o, u8 *page)
{
	struct ext4 *fs = o->fs;
	u32 start = fs->journal_at;
	struct ext4_buf *b = container_of(fs->changed.next, struct ext4_buf, changed);
	int err = 0;

	while (&b->changed != &fs->changed && !err)
		err = put_some(o, &b, page);
	if (!err && !(err = out_flush(o)))
		err = ext4_flush(fs);
	if (err)
		return err;
	header(fs, page, COMMIT);
	u64 now = now_realtime();
	put32(page, 0x34, now / 1000000000);
	put32(page, 0x38, now % 1000000000);
	u32 sequence = fs->sequence;
	if ((err = out_put(o, page)) || (err = out_flush(o)) || (err = super_write(fs, page, start, sequence)))
		return err;
	fs->sequence++;
	return ext4_flush(fs);
}

static int write_places(struct ext4 *fs)
{
	int err = 0;

	while (!list_empty(&fs->changed) && !err) {
		struct ext4_buf *b = list_first(&fs->changed, struct ext4_buf, changed);
		err = ext4_write(fs, b->block, b->data, 1);
		list_remove(&b->changed);
	}
	return err;
}

void ext4_busy_free(struct ext4 *fs)
{
	void *p;

	for (u64 i = 0; (p = radix_next(&fs->busy, &i)); i++)
		kfree(p);
	radix_free(&fs->busy);
}

int ext4_commit(struct ext4 *fs)
{
	struct out o = { .fs = fs };
	u8 *page;
	int err = -ENOMEM;

	if (fs->broken)
		return -EIO;
	if (!fs->changes)
		return ext4_flush(fs);
	page = kmalloc(fs->block_size);
	o.buf = kmalloc(PIECE);
	if (page && o.buf && !(err = write_journal(&o, page)))
		err = write_places(fs);
	kfree(page);
	kfree(o.buf);
	if (err) {
		ext4_break(fs, "its journal cannot be written");
		return err;
	}
	fs->changes = 0;
	ext4_busy_free(fs);
	return 0;
}

int ext4_journal_close(struct ext4 *fs)
{
	u8 *page = kmalloc(fs->block_size);
	int err = page ? ext4_commit(fs) : -ENOMEM;

	if (!err && !(err = ext4_flush(fs)) && !(err = super_write(fs, page, 0, fs->sequence)))
		err = ext4_flush(fs);
	kfree(page);
	return err;
}
