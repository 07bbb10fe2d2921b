/* Page cache of files that are only read from a device, with read-ahead. */
#include "kernel.h"
#include "vfs.h"

#define SECTOR		512
#define MAX_ORDER	5	/* most pages a request: 128 KB */
#define RANDOM_ORDER	4	/* after a jump: 64 KB, as much as a fault maps */

static struct waitq loaded = WAITQ_INIT(loaded);

OPTIONAL void io_fetched(u64 bytes) {}

int sectors_read(struct block_device *d, u64 sector, void *buf, u64 bytes)
{
	u32 n = (bytes + SECTOR - 1) / SECTOR;

	if (!d->mapped) {
		io_fetched(bytes);
		return d->read(d, sector, buf, n);
	}
	memcpy(buf, (const u8 *)d->mapped + sector * SECTOR, (u64)n * SECTOR);
	return 0;
}

OPTIONAL bool vm_tight(void) { return false; }	/* core/mm/clean.c */

/* At most 1 << *ORDER pages. What is read ahead puts nothing out: that might be the page that a fault just got. */
static u8 *room_for(unsigned *order)
{
	u8 *buf = NULL;

	while (*order && !(buf = pages_take(*order, false)))
		--*order;
	return buf ? buf : pages_alloc(0, false);
}

/* Reads pages from INDEX on into the cache, WANTED among them, at most 1 << ORDER. */
static int load(struct vnode *v, u64 index, u64 wanted, unsigned order, page_reader *read)
{
	u64 left = v->size - index * PAGE_SIZE, count = 1;
	u8 *buf;

	while (count < 1UL << order && count * PAGE_SIZE < left && !radix_get(&v->pages, index + count))
		count++;
	while (order && count <= 1UL << (order - 1))
		order--;
	if (!(buf = room_for(&order)))
		return -ENOMEM;
	count = min(count, 1UL << order);
	if (wanted - index >= count) {	/* what comes before it might be dropped again for it */
		left -= (wanted - index) * PAGE_SIZE;
		index = wanted;
		count = 1;
	}
	u64 bytes = min(count * PAGE_SIZE, left);
	int err = read(v, index * PAGE_SIZE, buf, bytes);
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

int pagecache_get(struct vnode *v, u64 index, page_reader *read, void **page)
{
	if (index >= (v->size + PAGE_SIZE - 1) / PAGE_SIZE)
		return -EFAULT;
	for (;;) {
		void *p = radix_get(&v->pages, index);
		if (p) {
			page_get(p);
			*page = p;
			return 0;
		}
		if (pagecache_looks == current())
			return -EAGAIN;
		if (v->loading) {
			wait_on(&loaded, FOREVER, false);
			continue;
		}
		unsigned order = vm_tight() ? 0 : index == v->next_read || v->size <= PAGE_SIZE << MAX_ORDER ? MAX_ORDER : RANDOM_ORDER;
		u64 first = order == RANDOM_ORDER ? index & ~0UL << RANDOM_ORDER : index;
		v->loading = true;
		while (radix_get(&v->pages, first))
			first++;
		int err = load(v, first, index, order, read);
		v->loading = false;
		wake_all(&loaded);
		if (err)
			return err;
	}
}

void pagecache_settle(struct vnode *v)
{
	while (v->loading)
		wait_on(&loaded, FOREVER, false);
}

u64 pagecache_drop(struct vnode *v)
{
	u64 freed = 0;
	void *p;

	for (u64 i = 0; (p = radix_next(&v->pages, &i)); i++)
		if (page_refs(p) == 1) {
			radix_set(&v->pages, i, NULL);
			page_put(p);
			freed++;
		}
	if (!v->loading && !radix_next(&v->pages, &(u64){ 0 }))
		radix_free(&v->pages);
	return freed;
}

static u64 drop_unmapped(u64 pages)
{
	u64 freed = rofs_reclaim(pages);

	for (struct file_system *t = file_systems; t && freed < pages; t = t->next)
		if (t->reclaim)
			freed += t->reclaim(pages - freed);
	return freed;
}

OPTIONAL u64 vm_unmap_clean(u64 pages) { (void)pages; return 0; }	/* core/mm/clean.c */

u64 pagecache_reclaim(u64 pages)
{
	u64 freed;

	do
		freed = drop_unmapped(pages);
	while (!freed && vm_unmap_clean(pages));	/* another area may map the same pages */
	return freed;
}
