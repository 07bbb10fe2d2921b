/* fallocate(2): room that reads as zeroes, holes, and ranges of zeroes. Large ones take several operations, as on Linux. */
#include "ext4.h"

#define KEEP_SIZE	1
#define PUNCH_HOLE	2
#define ZERO_RANGE	0x10

struct range {
	u64 pos, end;
	u32 first, last;	/* whole blocks within */
};

static struct range range_of(const struct ext4_node *n, u64 pos, u64 end)
{
	u32 size = n->fs->block_size;
	struct range r = { pos, end, (pos + size - 1) / size, end / size };

	r.last = max(r.first, r.last);
	return r;
}

static void touch(struct vnode *v)
{
	v->mtime_ns = v->ctime_ns = now_realtime();
}

/* The parts of blocks at both ends. */
static int zero_ends(struct ext4_node *n, const struct range *r)
{
	u64 size = n->fs->block_size, head = min(r->first * size, r->end), tail = max(r->last * size, r->pos);
	int err = ext4_zero_part(n, r->pos, head);

	return err ? err : ext4_zero_part(n, tail, r->end);
}

/* Pages show it; what mappings stored in whole ones is gone. */
static void pages_zero(struct ext4_node *n, const struct range *r)
{
	u64 first = (r->pos + PAGE_SIZE - 1) / PAGE_SIZE, end = r->end / PAGE_SIZE;

	ext4_pages_zero(&n->v, r->pos, r->end);
	if (first >= end)
		return;
	ext4_dirty_cut(n, first, end);
	ext4_pages_drop(&n->v, first, end);
}

static int punch(struct ext4_node *n, u64 pos, u64 end)
{
	struct vnode *v = &n->v;
	int err = ext4_begin(n->fs);

	if (err)
		return err;
	u64 most = (v->size + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
	struct range r = range_of(n, pos, min(end, most));
	if (pos < v->size && !(err = zero_ends(n, &r)) && !(err = ext4_punch(n, r.first, r.last)))
		pages_zero(n, &r);
	touch(v);
	if (!err)
		err = ext4_node_store(n);
	return ext4_done(n->fs, err, v, NULL);
}

/* One operation of giving blocks to what has none from *FIRST on. CLEAR: those that there are become zeroes. SIZE: the file gets so long. */
static int reserve(struct ext4_node *n, u32 *first, u32 end, bool clear, u64 size)
{
	struct vnode *v = &n->v;
	u32 at = *first;
	int err = ext4_begin(n->fs);

	if (err)
		return err;
	if (size > v->size)
		err = ext4_zero_tail(n, v->size);
	if (!err)
		err = ext4_reserve(n, &at, end, clear);
	size = min(size, (u64)at * n->fs->block_size);
	if (!err && size > v->size) {
		ext4_page_end(v);
		v->size = size;
	}
	touch(v);
	if (!err)
		err = ext4_node_store(n);
	if (!(err = ext4_done(n->fs, err, v, NULL)))
		*first = at;
	return err;
}

static int reserve_all(struct ext4_node *n, u32 first, u32 end, bool clear, u64 size)
{
	int err = 0;

	while (first < end && !err) {
		u32 before = first;
		err = reserve(n, &first, end, clear, size);
		if (first == before && ext4_again(n->fs, err))
			err = reserve(n, &first, end, clear, size);
	}
	return err;
}

static int zero(struct ext4_node *n, u64 pos, u64 end, u64 size)
{
	struct range r = range_of(n, pos, end);
	u32 bytes = n->fs->block_size;
	int err = reserve_all(n, pos / bytes, (end + bytes - 1) / bytes, false, size);

	if (!err)
		err = reserve_all(n, r.first, r.last, true, 0);
	if (err || (err = ext4_begin(n->fs)))
		return err;
	if (!(err = zero_ends(n, &r)))
		pages_zero(n, &r);
	return ext4_done(n->fs, err, &n->v, NULL);
}

int ext4_allocate(struct vnode *v, int mode, u64 pos, u64 len)
{
	struct ext4_node *n = ext4_node(v);
	u32 size = n->fs->block_size;
	u64 end = pos + len, longer = mode & KEEP_SIZE ? 0 : end;
	int err = 0;

	if (mode & ~(KEEP_SIZE | PUNCH_HOLE | ZERO_RANGE) || !(n->flags & EXTENTS_FL))
		return -EOPNOTSUPP;
	if (end > ext4_size_most(n->fs))
		return -EFBIG;
	ext4_write_lock(n);
	if (longer > v->size)
		err = file_size_check(v, longer);
	if (err)
		;
	else if (mode & PUNCH_HOLE)
		err = punch(n, pos, end);
	else if (mode & ZERO_RANGE)
		err = zero(n, pos, end, longer);
	else
		err = reserve_all(n, pos / size, (end + size - 1) / size, false, longer);
	ext4_write_unlock(n);
	return err;
}
