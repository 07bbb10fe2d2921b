/* Files with holes, of rofs version 2. */
#include "kernel.h"
#include "linux_file.h"
#include "rofs2.h"

const char rofs2_holes_reader[1];	/* the root for the linker: rofs2_holes() itself has a weak definition too */

/* The extent that has BLOCK of V, or the first behind it; count is 0 if there is none. Hostile ones may be anywhere. */
static int extent(struct vnode *v, u64 block, struct rofs2_extent *e)
{
	u64 low = 0, high = v->rdev;
	int err = 0;

	while (low < high && !err) {
		u64 mid = (low + high) / 2;
		err = rofs2_table((u64)v->data + mid * sizeof(*e), e, sizeof(*e));
		if (block >= e->at && block - e->at >= e->count)
			low = mid + 1;
		else
			high = mid;
	}
	e->count = 0;
	return err || low == v->rdev ? err : rofs2_table((u64)v->data + low * sizeof(*e), e, sizeof(*e));
}

static int read(struct vnode *v, u64 pos, void *buf, u64 bytes)
{
	u64 all = rofs_device->sectors / (ROFS2_BLOCK / ROFS_SECTOR);
	struct rofs2_extent e;

	for (u64 part; bytes; pos += part, buf = (u8 *)buf + part, bytes -= part) {
		u64 block = pos / ROFS2_BLOCK;
		int err = extent(v, block, &e);
		if (err)
			return err;
		if (e.count && block >= e.at) {
			u64 in = block - e.at;
			if (in >= e.count || e.block > all || e.count > all - e.block)
				return -EIO;
			part = min(bytes, (e.count - in) * ROFS2_BLOCK);
			err = sectors_read(rofs_device, (e.block + in) * (ROFS2_BLOCK / ROFS_SECTOR), buf, part);
			if (err)
				return err;
		} else {
			part = e.count ? min(bytes, (e.at - block) * ROFS2_BLOCK) : bytes;
			memset(buf, 0, part);
		}
	}
	return 0;
}

static int getpage(struct vnode *v, u64 index, bool for_write, void **page)
{
	return for_write ? -EROFS : pagecache_get(v, index, read, page);
}

static u64 run(struct vnode *v, u64 index, bool *hole)
{
	struct rofs2_extent e;

	*hole = false;
	if (extent(v, index, &e))
		return 1;	/* a read reports the error */
	*hole = !e.count || index < e.at;
	if (*hole)
		return (e.count ? min((u64)e.at, LAST_PAGE) : LAST_PAGE) - index;
	return index - e.at < e.count ? min(e.count - (index - e.at), LAST_PAGE - index) : 1;
}

static void stat(struct vnode *v, struct stat *st)
{
	struct rofs2_extent e;

	st->st_blocks = 0;
	for (u64 i = 0; i < v->rdev && !rofs2_table((u64)v->data + i * sizeof(e), &e, sizeof(e)); i++)
		st->st_blocks += e.count * (ROFS2_BLOCK / 512);
}

static const struct vnode_ops ops = { .getpage = getpage, .run = run, .stat = stat };

const struct vnode_ops *rofs2_holes(struct vnode *v, const struct rofs2_inode *in)
{
	v->rdev = in->extents;
	return (s64)in->size > 0 ? &ops : NULL;
}
