/* Pages of files: for mmap(2), and for programs and libraries. read(2) and write(2) do without. They stay until nothing
 * uses the file any more, or it is found changed when it is looked up. */
#include "p9.h"

/* What the file lacks meanwhile is zeroes. */
static int read_pages(struct vnode *v, u64 pos, void *buf, u64 bytes)
{
	struct node *n = p9_node(v);
	u64 done = 0;
	long got = 1;

	if (!v->pages.root) {
		n->page_mtime = v->mtime_ns;
		n->page_size = v->size;
	}
	if (!n->reader) {
		struct fid *f;
		int err = p9_node_open(n, O_RDONLY, &f);
		if (err)
			return err;
		p9_fid_put(n->reader);	/* another thread opened it meanwhile */
		n->reader = f;
	}
	struct fid *f = p9_fid_get(n->reader);
	while (done < bytes && got > 0) {
		got = p9_read(f, (char *)buf + done, min(bytes - done, (u64)n->share->io), pos + done);
		done += max(got, 0L);
	}
	p9_fid_put(f);
	memset((char *)buf + done, 0, bytes - done);
	return min(got, 0L);
}

int p9_pages_get(struct vnode *v, u64 index, bool for_write, void **page)
{
	int err;

	do {
		err = pagecache_get(v, index, read_pages, page);
		if (err || !for_write)
			return err;
		if ((err = p9_page_dirty(p9_node(v), index, *page)))
			page_put(*page);
	} while (err == -EAGAIN);
	return err;
}

/* What was mapped of them is read again when it is used. */
void p9_pages_drop(struct vnode *v, u64 first)
{
	struct node *n = p9_node(v);
	void *p;

	vm_file_drop(p9_mapped(v), first, ~0UL, false);
	for (u64 i = first; (p = radix_next(&v->pages, &i)); i++)
		if (!radix_get(&n->dirty, i)) {
			radix_set(&v->pages, i, NULL);
			page_put(p);
		}
	if (!first) {
		n->stale = false;
		n->page_mtime = v->mtime_ns;
		n->page_size = v->size;
		if (!v->loading && !radix_next(&v->pages, &(u64){ 0 }))
			radix_free(&v->pages);
	}
}

void p9_pages_write(struct vnode *v, const void *buf, size_t n, u64 pos)
{
	for (size_t done = 0, part; done < n; done += part, pos += part) {
		u64 in = pos % PAGE_SIZE;
		char *p = radix_get(&v->pages, pos / PAGE_SIZE);
		part = min(n - done, PAGE_SIZE - in);
		if (p)
			memcpy(p + in, (const char *)buf + done, part);
	}
	p9_pages_current(p9_node(v));
}

void p9_pages_current(struct node *n)
{
	bool stale = n->stale;

	if (!p9_node_refresh(&n->v)) {
		n->page_mtime = n->v.mtime_ns;
		n->page_size = n->v.size;
		n->stale = stale;
	}
}
