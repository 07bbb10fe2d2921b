/* Contents of rofs files. A file's data is one run of sectors, so any run of
 * its pages is one request of the device. */
#include "kernel.h"
#include "rofs.h"

struct block_device *rofs_device;
struct radix rofs_vnodes;

static int read(struct vnode *v, u64 pos, void *buf, u64 bytes)
{
	return sectors_read(rofs_device, (u64)v->data + pos / ROFS_SECTOR, buf, bytes);
}

int rofs_getpage(struct vnode *v, u64 index, bool for_write, void **page)
{
	const void *p = rofs_direct(v, index * PAGE_SIZE);

	if (for_write)
		return -EROFS;
	if (!page_of_image(p) || index * PAGE_SIZE >= v->size)
		return pagecache_get(v, index, read, page);
	*page = (void *)p;
	return 0;
}

const void *rofs_direct(struct vnode *v, u64 pos)
{
	const u8 *all = rofs_device->mapped;

	return all ? all + (u64)v->data * ROFS_SECTOR + pos : NULL;
}

/* Takes pages in the order of inodes, going on where it stopped. */
u64 rofs_reclaim(u64 pages)
{
	static u64 at;
	u64 freed = 0, start = at;
	bool wrapped = false;
	struct vnode *v;

	while (freed < pages) {
		if (!(v = radix_next(&rofs_vnodes, &at))) {
			if (wrapped)
				break;
			wrapped = true;
			at = 0;
			continue;
		}
		if (wrapped && at > start)
			break;
		if (S_ISREG(v->mode))
			freed += pagecache_drop(v);
		at++;
	}
	return freed;
}
