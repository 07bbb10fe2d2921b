/* Page cache of rofs files, with read-ahead. A file's data is one run of
 * sectors, so any run of its pages is one request of the device. */
#include "kernel.h"
#include "rofs.h"

#define MAX_ORDER	5	/* most pages a request: 128 KB */
#define RANDOM_ORDER	3	/* after a jump: 32 KB */

static struct waitq loaded = WAITQ_INIT(loaded);

static int read_sectors(struct block_device *d, u64 sector, void *buf, u32 n)
{
	if (d->mapped) {
		memcpy(buf, (const u8 *)d->mapped + sector * ROFS_BLOCK, (u64)n * ROFS_BLOCK);
		return 0;
	}
	return d->read(d, sector, buf, n);
}

/* Reads pages from INDEX on into the cache, at most 1 << ORDER. */
static int load(struct vnode *v, u64 index, unsigned order)
{
	struct block_device *d = rofs_root->dev;
	u64 left = v->size - index * PAGE_SIZE, count = 1;
	u8 *buf;

	while (count < 1UL << order && count * PAGE_SIZE < left && !radix_get(&v->pages, index + count))
		count++;
	for (;;) {
		order = 0;
		while (1UL << order < count)
			order++;
		if ((buf = pages_alloc(order, false)))
			break;
		if (!order) {
			if (!pagecache_reclaim(64))
				return -ENOMEM;
			continue;
		}
		count = 1UL << (order - 1);
	}
	u64 bytes = min(count * PAGE_SIZE, left), sectors = (bytes + ROFS_BLOCK - 1) / ROFS_BLOCK;
	int err = read_sectors(d, (u64)v->data + index * (PAGE_SIZE / ROFS_BLOCK), buf, sectors);
	memset(buf + bytes, 0, count * PAGE_SIZE - bytes);
	pages_split(buf, order);
	for (u64 i = 0; i < 1UL << order; i++) {
		void *p = buf + i * PAGE_SIZE;
		if (err || i >= count || radix_get(&v->pages, index + i))
			page_put(p);
		else if (radix_set(&v->pages, index + i, p)) {
			page_put(p);
			err = i ? 0 : -ENOMEM;
		}
	}
	v->next_read = index + count;
	return err;
}

int rofs_getpage(struct vnode *v, u64 index, bool for_write, void **page)
{
	if (for_write)
		return -EROFS;
	if (v->size == 0 || index > (v->size - 1) / PAGE_SIZE)
		return -EFAULT;
	for (;;) {
		void *p = radix_get(&v->pages, index);
		if (p) {
			page_get(p);
			*page = p;
			return 0;
		}
		if (v->loading) {
			wait_on(&loaded, FOREVER, false);
			continue;
		}
		bool near = index == v->next_read || v->size <= PAGE_SIZE << MAX_ORDER;
		u64 first = near ? index : index & ~0UL << RANDOM_ORDER;
		v->loading = true;
		while (radix_get(&v->pages, first))
			first++;
		int err = load(v, first, near ? MAX_ORDER : RANDOM_ORDER);
		v->loading = false;
		wake_all(&loaded);
		if (err)
			return err;
	}
}

const void *rofs_direct(struct vnode *v, u64 pos)
{
	struct block_device *d = rofs_root->dev;

	return d->mapped ? (const u8 *)d->mapped + (u64)v->data * ROFS_BLOCK + pos : NULL;
}

/* Takes pages in the order of inodes, going on where it stopped. */
u64 pagecache_reclaim(u64 pages)
{
	static u64 at;
	struct rofs *fs = rofs_root;
	u64 freed = 0, start = at;
	bool wrapped = false;
	struct vnode *v;

	while (fs && freed < pages) {
		if (!(v = radix_next(&fs->vnodes, &at))) {
			if (wrapped)
				break;
			wrapped = true;
			at = 0;
			continue;
		}
		if (wrapped && at > start)
			break;
		void *p;
		for (u64 i = 0; S_ISREG(v->mode) && (p = radix_next(&v->pages, &i)); i++)
			if (page_refs(p) == 1) {
				radix_set(&v->pages, i, NULL);
				page_put(p);
				freed++;
			}
		if (S_ISREG(v->mode) && !v->loading && !radix_next(&v->pages, &(u64){ 0 }))
			radix_free(&v->pages);
		at++;
	}
	return freed;
}
