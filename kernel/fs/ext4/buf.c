/* Blocks of metadata in memory, and operations on them. */
#include "ext4.h"

#define KEEP_BUFS	1024	/* that nobody uses */
#define COMMIT_AFTER	(5UL * 1000000000)

static u64 sector_of(const struct ext4 *fs, u64 block) { return block << (fs->log_size + 1); }

bool ext4_valid(const struct ext4 *fs, u64 block, u64 count)
{
	return block > fs->first_data && block < fs->blocks && count <= fs->blocks - block;
}

int ext4_read(struct ext4 *fs, u64 block, void *buf, u32 count)
{
	if (block >= fs->blocks || count > fs->blocks - block)
		return -EUCLEAN;
	int err = sectors_read(fs->disk, sector_of(fs, block), buf, (u64)count * fs->block_size);
	for (u64 i = block; !err && fs->replayed.root; i++) {
		void *p = radix_next(&fs->replayed, &i);
		if (!p || i >= block + count)
			break;
		memcpy((u8 *)buf + (i - block) * fs->block_size, p, fs->block_size);
	}
	return err;
}

int ext4_write(struct ext4 *fs, u64 block, const void *buf, u32 count)
{
	u64 left = (u64)count * fs->block_size, sector = sector_of(fs, block);
	const u8 *p = buf;
	int err = 0;

	if (fs->broken || block >= fs->blocks || count > fs->blocks - block)
		return -EIO;
	while (left && !err) {
		u32 part = min(left, (u64)fs->disk->max_bytes);
		err = fs->disk->request(fs->disk, BLOCK_WRITE, sector, (void *)p, part);
		p += part;
		left -= part;
		sector += part / SECTOR;
	}
	return err;
}

int ext4_flush(struct ext4 *fs)
{
	return fs->disk->flush ? fs->disk->request(fs->disk, BLOCK_FLUSH, 0, NULL, 0) : 0;
}

static struct ext4_buf **bucket(struct ext4 *fs, u64 block)
{
	return &fs->bufs[(block ^ block >> 8) % BUCKETS];
}

static struct ext4_buf *find(struct ext4 *fs, u64 block)
{
	struct ext4_buf *b = *bucket(fs, block);

	while (b && b->block != block)
		b = b->next;
	return b;
}

static void drop(struct ext4_buf *b)
{
	struct ext4_buf **at = bucket(b->fs, b->block);

	while (*at != b)
		at = &(*at)->next;
	*at = b->next;
	b->fs->buf_count--;
	kfree(b->data);
	kfree(b);
}

static bool idle(const struct ext4_buf *b)
{
	return !b->refs && list_empty(&b->changed) && list_empty(&b->touched);
}

/* Those that were not used since the last time go. */
static void shrink(struct ext4 *fs)
{
	for (u32 i = 0; i < BUCKETS; i++)
		for (struct ext4_buf *b = fs->bufs[i], *next; b; b = next) {
			next = b->next;
			if (idle(b) && !b->used)
				drop(b);
			else
				b->used = false;
		}
}

static int make(struct ext4 *fs, u64 block, struct ext4_buf **out)
{
	struct ext4_buf *b;

	if (block >= fs->blocks)
		return -EUCLEAN;
	if (fs->buf_count >= KEEP_BUFS && !(fs->buf_count & 63))
		shrink(fs);
	if (!(b = kzalloc(sizeof(*b))))
		return -ENOMEM;
	if (!(b->data = kzalloc(fs->block_size))) {
		kfree(b);
		return -ENOMEM;
	}
	b->fs = fs;
	b->block = block;
	list_init(&b->changed);
	list_init(&b->touched);
	struct ext4_buf **at = bucket(fs, block);
	b->next = *at;
	*at = b;
	fs->buf_count++;
	b->refs = 1;
	*out = b;
	return 0;
}

int ext4_buf_get(struct ext4 *fs, u64 block, struct ext4_buf **out)
{
	struct ext4_buf *b = find(fs, block);

	if (!b) {
		int err = make(fs, block, &b);
		if (err)
			return err;
		if ((err = ext4_read(fs, block, b->data, 1))) {
			drop(b);
			return err;
		}
		b->refs = 0;
	}
	b->refs++;
	b->used = true;
	*out = b;
	return 0;
}

int ext4_buf_new(struct ext4 *fs, u64 block, struct ext4_buf **out)
{
	struct ext4_buf *b = find(fs, block);
	int err = 0;

	if (b)
		b->refs++;
	else
		err = make(fs, block, &b);
	if (err)
		return err;
	if ((err = ext4_change(b))) {
		ext4_buf_put(b);
		return err;
	}
	memset(b->data, 0, fs->block_size);
	*out = b;
	return 0;
}

void ext4_buf_put(struct ext4_buf *b)
{
	if (b)
		b->refs--;
}

int ext4_change(struct ext4_buf *b)
{
	struct ext4 *fs = b->fs;

	if (list_empty(&b->touched)) {
		if (!(b->before = kmalloc(fs->block_size)))
			return -ENOMEM;
		memcpy(b->before, b->data, fs->block_size);
		list_append(&fs->touched, &b->touched);
	}
	if (!list_empty(&b->changed))
		return 0;
	if (fs->changes >= ext4_journal_room(fs))
		return -ENOSPC;
	if (!fs->changes++)
		fs->begun = now_monotonic();
	list_append(&fs->changed, &b->changed);
	return 0;
}

void ext4_buf_forget(struct ext4 *fs, u64 block)
{
	struct ext4_buf *b = find(fs, block);

	if (b && !ext4_change(b))
		b->forget = true;
}

void ext4_bufs_free(struct ext4 *fs)
{
	for (u32 i = 0; i < BUCKETS; i++)
		while (fs->bufs[i])
			drop(fs->bufs[i]);
}

void ext4_lock(struct ext4 *fs)
{
	while (fs->locked)
		wait_on(&fs->turn, FOREVER, false);
	fs->locked = true;
}

void ext4_unlock(struct ext4 *fs)
{
	fs->locked = false;
	wake_all(&fs->turn);
}

int ext4_begin(struct ext4 *fs)
{
	ext4_lock(fs);
	ext4_reap(fs);
	if (fs->writable && !fs->broken)
		return 0;
	ext4_unlock(fs);
	return fs->broken ? -EIO : -EROFS;
}

int ext4_undo(struct ext4 *fs, int err)
{
	while (!list_empty(&fs->touched)) {
		struct ext4_buf *b = list_first(&fs->touched, struct ext4_buf, touched);
		list_remove(&b->touched);
		if (err)
			memcpy(b->data, b->before, fs->block_size);
		kfree(b->before);
		b->before = NULL;
		if (!err && b->forget && !list_empty(&b->changed)) {
			list_remove(&b->changed);
			fs->changes--;
		}
		b->forget = false;
	}
	return err;
}

int ext4_end(struct ext4 *fs, int err)
{
	ext4_undo(fs, err);
	if (err == -EUCLEAN)
		ext4_break(fs, "what is on the disk contradicts itself");
	if (fs->changes > ext4_journal_room(fs) / 2 || (fs->changes && now_monotonic() - fs->begun > COMMIT_AFTER)) {
		int failed = ext4_commit(fs);
		err = err ? err : failed;
	}
	ext4_unlock(fs);
	return err;
}

/* What was freed can be used once that is safe. */
bool ext4_again(struct ext4 *fs, int err)
{
	bool more = false;

	if (err != -ENOSPC)
		return false;
	ext4_lock(fs);
	ext4_reap(fs);
	if (fs->busy.root && !fs->broken)
		more = !ext4_commit(fs);
	ext4_unlock(fs);
	return more;
}

void ext4_break(struct ext4 *fs, const char *why)
{
	if (fs->broken)
		return;
	fs->broken = why;
	kprintf("ext4 on %s: %s; nothing is written to it any more. Check it with e2fsck\n", fs->mount->path, why);
}
