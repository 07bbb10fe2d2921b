/* Contents of regular files. Reads go through pages that stay as long as the file is in use; writes go to the disk at once, and
 * to such pages as there are. */
#include "ext4.h"

static struct waitq written = WAITQ_INIT(written);

/* What the file lacks is zeroes. */
static int read_locked(struct ext4_node *n, u64 pos, u8 *buf, u64 bytes)
{
	struct ext4 *fs = n->fs;
	u32 size = fs->block_size;

	for (u64 done = 0; done < bytes;) {
		u32 logical = (pos + done) / size, count;
		u64 left = (bytes - done + size - 1) / size, block;
		int err = ext4_map(n, logical, &block, &count);
		if (err)
			return err;
		count = min((u64)count, left);
		if (block)
			err = ext4_read(fs, block, buf + done, count);
		else
			memset(buf + done, 0, (u64)count * size);
		if (err)
			return err;
		done += (u64)count * size;
	}
	return 0;
}

static int read_pages(struct vnode *v, u64 pos, void *buf, u64 bytes)
{
	struct ext4_node *n = ext4_node(v);

	ext4_lock(n->fs);
	int err = read_locked(n, pos, buf, bytes);
	ext4_unlock(n->fs);
	return err;
}

/* Pages [FIRST, END) are read again when they are used, but for those that mappings wrote to. */
void ext4_pages_drop(struct vnode *v, u64 first, u64 end)
{
	void *p;

	vm_file_drop(v, first, end, false);
	for (u64 i = first; (p = radix_next(&v->pages, &i)) && i < end; i++)
		if (!radix_get(&ext4_node(v)->dirty, i)) {
			radix_set(&v->pages, i, NULL);
			page_put(p);
		}
}

/* What was written while pages were read may be missing in them. */
static int getpage(struct vnode *v, u64 index, bool for_write, void **page)
{
	struct ext4_node *n = ext4_node(v);

	for (;;) {
		u32 seen = n->changes;
		int err = pagecache_get(v, index, read_pages, page);
		if (err)
			return err;
		if (seen != n->changes) {
			page_put(*page);
			ext4_pages_drop(v, 0, ~0UL);
			continue;
		}
		if (!for_write || !(err = ext4_page_dirty(n, index, *page)))
			return 0;
		page_put(*page);
		if (err != -EAGAIN)
			return err;
	}
}

/* Bytes [POS, END) of such pages as there are become zeroes. */
void ext4_pages_zero(struct vnode *v, u64 pos, u64 end)
{
	u8 *p;

	for (u64 part; pos < end; pos += part) {
		part = min(end - pos, PAGE_SIZE - pos % PAGE_SIZE);
		if ((p = radix_get(&v->pages, pos / PAGE_SIZE)))
			memset(p + pos % PAGE_SIZE, 0, part);
	}
	ext4_node(v)->changes += v->loading;
}

/* The file gets longer: what a mapping stored behind its end is none of it. */
void ext4_page_end(struct vnode *v)
{
	if (v->size % PAGE_SIZE)
		ext4_pages_zero(v, v->size, (v->size | (PAGE_SIZE - 1)) + 1);
}

static void pages_update(struct ext4_node *n, const u8 *data, u64 len, u64 pos)
{
	struct vnode *v = &n->v;

	if (v->loading)
		n->changes++;
	for (u64 done = 0, part; done < len; done += part, pos += part) {
		u8 *p = radix_get(&v->pages, pos / PAGE_SIZE);
		part = min(len - done, PAGE_SIZE - pos % PAGE_SIZE);
		if (p)
			memcpy(p + pos % PAGE_SIZE, data + done, part);
	}
}

/* Bytes [POS, END), which are of one block, become zeroes on the disk. */
int ext4_zero_part(struct ext4_node *n, u64 pos, u64 end)
{
	u32 size = n->fs->block_size, count;
	u64 block;

	if (pos >= end)
		return 0;
	int err = ext4_map(n, pos / size, &block, &count);
	if (err || !block)
		return err;
	u8 *buf = kmalloc(size);
	if (!buf)
		return -ENOMEM;
	if (!(err = ext4_read(n->fs, block, buf, 1))) {
		memset(buf + pos % size, 0, end - pos);
		err = ext4_write(n->fs, block, buf, 1);
	}
	kfree(buf);
	return err;
}

/* The rest of the last block becomes zeroes: the file is about to reach beyond, or ends there from now on. */
int ext4_zero_tail(struct ext4_node *n, u64 size)
{
	u32 in = size % n->fs->block_size;

	return in ? ext4_zero_part(n, size, size - in + n->fs->block_size) : 0;
}

/* A block of which only a part is written: the others of its bytes, FROM and on for N, come from the disk. */
static int keep_part(struct ext4_node *n, u64 block, u64 begin, u8 *at, u32 from, u32 bytes, u8 *scratch)
{
	u32 size = n->fs->block_size;
	int err = ext4_read(n->fs, block, scratch, 1);

	if (err)
		return err;
	if (begin + size > n->v.size)
		memset(scratch + (n->v.size > begin ? n->v.size - begin : 0), 0, size - (n->v.size > begin ? n->v.size - begin : 0));
	memcpy(at + from, scratch + from, bytes);
	return 0;
}

/* BUF has LEN bytes behind the first IN, room for whole blocks, and a block of scratch behind; they are for POS. */
static int write_blocks(struct ext4_node *n, u8 *buf, u32 in, u32 len, u64 pos, u8 *scratch)
{
	u32 size = n->fs->block_size, blocks = (in + len + size - 1) / size, end = (in + len) % size, count;
	u32 first = pos / size;
	bool made;

	for (u32 i = 0; i < blocks; i += count) {
		u64 block;
		int err = ext4_map_new(n, first + i, blocks - i, &block, &count, &made);
		if (err)
			return err;
		count = min(count, blocks - i);
		if (!i && in) {
			memset(buf, 0, in);
			if (!made && (err = keep_part(n, block, (u64)first * size, buf, 0, in, scratch)))
				return err;
		}
		if (i + count == blocks && end) {
			u8 *last = buf + (blocks - 1) * size;
			memset(last + end, 0, size - end);
			if (!made && (err = keep_part(n, block + count - 1, (u64)(first + blocks - 1) * size, last, end, size - end, scratch)))
				return err;
		}
		if ((err = ext4_write(n->fs, block, buf + i * size, count)))
			return err;
	}
	return 0;
}

static int pages_piece(struct ext4_node *n, u8 *buf, u32 len, u64 pos)
{
	int err = ext4_begin(n->fs);

	if (err)
		return err;
	if (!(err = write_blocks(n, buf, 0, len, pos, buf + EXT4_PIECE)))
		err = ext4_node_store(n);
	return ext4_done(n->fs, err, &n->v, NULL);
}

/* What pages hold, LEN bytes at BUF, which has a block of scratch behind EXT4_PIECE; POS is that of a page. */
int ext4_pages_write(struct ext4_node *n, u8 *buf, u32 len, u64 pos)
{
	int err = pages_piece(n, buf, len, pos);

	return ext4_again(n->fs, err) ? pages_piece(n, buf, len, pos) : err;
}

/* One operation. */
static int write_piece(struct ext4_node *n, u8 *buf, u32 in, u32 len, u64 pos, u8 *scratch)
{
	struct vnode *v = &n->v;
	int err = ext4_begin(n->fs);

	if (err)
		return err;
	if (pos > v->size)
		err = ext4_zero_tail(n, v->size);
	if (!err && !(err = write_blocks(n, buf, in, len, pos, scratch))) {
		if (pos + len > v->size)
			ext4_page_end(v);
		v->size = max(v->size, pos + len);
		v->mtime_ns = v->ctime_ns = now_realtime();
		pages_update(n, buf + in, len, pos);
		err = ext4_node_store(n);
	}
	return ext4_done(n->fs, err, v, NULL);
}

void ext4_write_lock(struct ext4_node *n)
{
	while (n->writing)
		wait_on(&written, FOREVER, false);
	n->writing = true;
}

void ext4_write_unlock(struct ext4_node *n)
{
	n->writing = false;
	wake_all(&written);
}

static long write_locked(struct ext4_node *n, u8 *piece, const char *buf, size_t len, u64 *pos)
{
	u32 size = n->fs->block_size;
	size_t done = 0;
	long r = 0;

	while (done < len && !r) {
		u32 in = *pos % size, part = min(len - done, (size_t)EXT4_PIECE - in);
		u32 there = user_copy(piece + in, buf + done, part);
		part = there < part ? there : part;
		if (!there)
			r = -EFAULT;
		while (!r && (r = write_piece(n, piece, in, part, *pos, piece + EXT4_PIECE)) == -ENOSPC) {
			if (!ext4_again(n->fs, r)) {
				if (part + in <= size)
					break;
				part = max((part + in) / 2 / size * size, size) - in;	/* as much as there is room for */
			}
			r = 0;
		}
		if (!r) {
			done += part;
			*pos += part;
		}
	}
	return done ? (long)done : r;
}

static long contents_write(struct file *f, const void *buf, size_t len, u64 *pos)
{
	struct vnode *v = f->vnode;
	struct ext4_node *n = ext4_node(v);
	u8 *piece;
	long r;

	if (!len)
		return 0;
	if (!(piece = kmalloc(EXT4_PIECE + n->fs->block_size)))
		return -ENOMEM;
	ext4_write_lock(n);
	if (f->flags & O_APPEND)
		*pos = v->size;
	r = (s64)*pos < 0 || *pos >= ext4_size_most(n->fs) ? -EFBIG : file_size_allow(*pos, min(len, ext4_size_most(n->fs) - *pos));
	if (r > 0)
		r = write_locked(n, piece, buf, r, pos);
	ext4_write_unlock(n);
	kfree(piece);
	if (r > 0 && f->flags & O_DSYNC) {
		int err = ext4_sync(f, true);
		r = err ? err : r;
	}
	return r;
}

static long contents_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	return vnode_file_ops.read(f, buf, n, pos);
}

static long file_seek(struct file *f, s64 offset, int whence)
{
	return vnode_file_ops.seek(f, offset, whence);
}

static const struct file_ops open_ops = { .read = contents_read, .write = contents_write, .seek = file_seek };

static int file_open(struct vnode *v, struct file *f)
{
	f->ops = &open_ops;
	return 0;
}

static int truncate(struct vnode *v, u64 size)
{
	struct ext4_node *n = ext4_node(v);
	u64 old;

	if (size > ext4_size_most(n->fs))
		return -EFBIG;
	ext4_write_lock(n);
	int err = ext4_begin(n->fs);
	if (err) {
		ext4_write_unlock(n);
		return err;
	}
	old = v->size;
	if (!(n->flags & EXTENTS_FL))
		err = -EOPNOTSUPP;
	else if (!(err = ext4_zero_tail(n, min(size, old)))) {
		if (size < old)
			err = ext4_cut(n, (size + n->fs->block_size - 1) / n->fs->block_size);
		if (size > old)
			ext4_page_end(v);
		v->size = size;
		v->mtime_ns = v->ctime_ns = now_realtime();
		if (!err)
			err = ext4_node_store(n);
	}
	if (!err && size < old) {
		u64 end = (size + PAGE_SIZE - 1) / PAGE_SIZE;
		vm_file_drop(v, end, ~0UL, true);
		ext4_dirty_cut(n, end, ~0UL);
		ext4_pages_drop(v, end, ~0UL);
		ext4_page_end(v);
		n->changes += v->loading;
	}
	err = ext4_done(n->fs, err, v, NULL);
	ext4_write_unlock(n);
	return err;
}

static void file_stat(struct vnode *v, struct stat *st)
{
	st->st_blocks = ext4_node(v)->blocks;
	st->st_blksize = ext4_node(v)->fs->block_size;
}

/* A page is a hole if all its blocks are. */
static u64 run(struct vnode *v, u64 index, bool *hole)
{
	struct ext4_node *n = ext4_node(v);
	u32 per = PAGE_SIZE / n->fs->block_size, count;
	u64 block = 0, first = index * per;

	*hole = !radix_get(&n->dirty, index);
	if (!*hole)
		return 1;
	if (first > ~0U)
		return LAST_PAGE - index;
	ext4_lock(n->fs);
	int err = ext4_map(n, first, &block, &count);
	u64 pages = err || count < per ? 1 : count / per;
	for (u32 i = count; !err && !block && i < per; i += count)
		err = ext4_map(n, first + i, &block, &count);
	ext4_unlock(n->fs);
	*hole = !err && !block && !radix_get(&n->dirty, index);
	u64 next = index;
	return *hole && radix_next(&n->dirty, &next) ? min(pages, next - index) : pages;
}

int ext4_sync(struct file *f, bool data_only)
{
	return S_ISREG(f->vnode->mode) ? ext4_write_back(f->vnode, true) : ext4_settle(ext4_node(f->vnode)->fs);
}

const struct vnode_ops ext4_file_ops = {
	.getpage = getpage, .run = run, .truncate = truncate, .stat = file_stat, .open = file_open, .release = ext4_node_release, .shared = &ext4_shared,
};
