/* Contents of files, and of the medium as a whole. */
#include "iso9660.h"

/* A page_reader. All extents but the last are whole blocks, so that every piece starts with a sector. */
static int read(struct vnode *v, u64 pos, void *buf, u64 bytes)
{
	struct iso_node *n = NODE(v);
	u64 start = 0;

	for (struct extent *x = n->extents; bytes; start += x++->bytes) {
		if (pos - start >= x->bytes)
			continue;
		u64 in = pos - start, part = min(bytes, x->bytes - in);
		int err = sectors_read(n->fs->disk, (u64)x->block * BLOCK_SECTORS + in / 512, buf, part);
		if (err)
			return err;
		buf = (u8 *)buf + part;
		pos += part;
		bytes -= part;
	}
	return 0;
}

int iso_getpage(struct vnode *v, u64 index, bool for_write, void **page)
{
	return for_write ? -EROFS : pagecache_get(v, index, read, page);
}

const void *iso_direct(struct vnode *v, u64 pos)
{
	struct iso_node *n = NODE(v);
	const u8 *mapped = n->fs->disk->mapped;

	return mapped && n->extent_count == 1 ? mapped + (u64)n->extents->block * BLOCK + pos : NULL;
}

static int read_medium(struct vnode *v, u64 pos, void *buf, u64 bytes)
{
	return sectors_read(NODE(v)->fs->disk, pos / 512, buf, bytes);
}

const void *iso_block(struct iso *fs, u32 block, void **page)
{
	u64 pos = (u64)block * BLOCK;

	*page = NULL;
	if (pos >= fs->medium->v.size)
		return ERR_PTR(-EIO);
	int err = pagecache_get(&fs->medium->v, pos / PAGE_SIZE, read_medium, page);
	return err ? ERR_PTR(err) : (u8 *)*page + pos % PAGE_SIZE;
}
