/* Pages that shared mappings wrote to, until the server has them. They are written when the program asks for it (msync,
 * fsync, munmap, close), when it reads the file by other means, when there are many, and at the end. A file that has
 * such pages stays in use. */
#include "p9.h"

#define MOST (mem_total_pages / 8)	/* of all files together, before a store has to wait */

static u64 dirty_pages;
static struct list dirty_nodes = LIST_INIT(dirty_nodes);
static struct waitq unlocked = WAITQ_INIT(unlocked);

/* One thread at a time tells the server of contents, so that the last to change them here is the last there. Nobody uses
 * a program's memory meanwhile: it could be a mapping of this file. */
void p9_node_lock(struct node *n)
{
	while (n->locked)
		wait_on(&unlocked, FOREVER, false);
	n->locked = true;
}

void p9_node_unlock(struct node *n)
{
	n->locked = false;
	wake_all(&unlocked);
}

static int writer_open(struct node *n)
{
	struct fid *f;
	int err = n->writer ? 0 : p9_node_open(n, O_RDWR, &f);

	if (err || n->writer)
		return err;
	p9_fid_put(n->writer);
	n->writer = f;
	return 0;
}

int p9_page_dirty(struct node *n, u64 index, void *page)
{
	if (radix_get(&n->dirty, index))
		return 0;
	int err = writer_open(n);
	if (!err && dirty_pages >= MOST)
		p9_sync(false);
	if (!err && !radix_get(&n->dirty, index)) {
		/* It may have been dropped while this slept: then the access faults again, for the page that there is now. */
		if (radix_get(&n->v.pages, index) != page)
			return -EAGAIN;
		if (!(err = radix_set(&n->dirty, index, page))) {
			page_get(page);
			dirty_pages++;
		}
	}
	if (!err && list_empty(&n->changed)) {
		vnode_get(&n->v);
		list_append(&dirty_nodes, &n->changed);
	}
	return err;
}

/* Pages from FIRST on are none of the file's any more, and of the one before it only BYTES. */
void p9_dirty_cut(struct node *n, u64 first, u64 bytes)
{
	char *p;

	for (u64 i = first; (p = radix_next(&n->dirty, &i)); i++) {
		radix_set(&n->dirty, i, NULL);
		page_put(p);
		dirty_pages--;
	}
	if (bytes && (p = radix_get(&n->dirty, first - 1)))
		memset(p + bytes, 0, PAGE_SIZE - bytes);
}

/* How many bytes from page INDEX on are in one piece of memory, and of the file. */
static u64 piece(struct node *n, const struct radix *pages, u64 index, const char *p)
{
	u64 bytes = PAGE_SIZE, size = n->v.size, pos = index * PAGE_SIZE;

	while (bytes + PAGE_SIZE <= n->share->io && radix_get(pages, index + bytes / PAGE_SIZE) == p + bytes)
		bytes += PAGE_SIZE;
	return pos < size ? min(bytes, size - pos) : 0;
}

static int write_all(struct node *n, const char *p, u64 bytes, u64 pos)
{
	for (u64 done = 0; done < bytes;) {
		long put = p9_write(n->writer, p + done, bytes - done, pos + done);
		if (put < 0)
			return put;
		done += put;
	}
	return 0;
}

/* The pages are written once, whatever comes of it, as Linux does. */
static int write_pages(struct node *n, struct radix *pages)
{
	u64 index = 0, bytes;
	char *p;
	int first = 0;

	for (; (p = radix_next(pages, &index)); index += max((bytes + PAGE_SIZE - 1) / PAGE_SIZE, 1UL)) {
		bytes = piece(n, pages, index, p);
		int err = write_all(n, p, bytes, index * PAGE_SIZE);
		first = first ? first : err;
	}
	for (index = 0; (p = radix_next(pages, &index)); index++) {
		page_put(p);
		dirty_pages--;
	}
	radix_free(pages);
	return first;
}

static void forget(struct node *n)
{
	if (n->dirty.root || list_empty(&n->changed))
		return;
	list_remove(&n->changed);
	list_init(&n->changed);
	vnode_put(&n->v);
}

/* The lock is held, and so is a reference that is not the list's. */
static void write_locked(struct node *n)
{
	struct radix pages = n->dirty;

	if (!pages.root)
		return;
	n->dirty = (struct radix){ 0 };
	vm_file_clean(p9_mapped(&n->v));
	int err = write_pages(n, &pages);
	n->error = n->error ? n->error : err;
	p9_pages_current(n);
}

void p9_node_write_back(struct node *n)
{
	if (!n->dirty.root && !n->locked)
		return;
	vnode_get(&n->v);
	p9_node_lock(n);
	write_locked(n);
	p9_node_unlock(n);
	forget(n);
	vnode_put(&n->v);
}

/* Others changed the file: what they wrote shows, but where the program did later. */
void p9_node_renew(struct node *n)
{
	p9_node_lock(n);
	write_locked(n);
	pagecache_settle(&n->v);
	p9_pages_drop(&n->v, 0);
	p9_node_unlock(n);
	forget(n);
}

/* An error of writing earlier is told once. */
int p9_write_back(struct vnode *v, bool sync)
{
	struct node *n = p9_node(v);

	p9_node_write_back(n);
	int err = n->error;
	n->error = 0;
	if (err || !sync || !n->writer)
		return err;
	return p9_fsync(n->writer, false);
}

void p9_sync(bool last)
{
	struct node *n;
	u64 most = 0;

	list_each(n, &dirty_nodes, changed)
		most++;
	if (last)
		p9_channels_alone();
	while (most-- && !list_empty(&dirty_nodes)) {
		n = list_first(&dirty_nodes, struct node, changed);
		list_remove(&n->changed);
		list_append(&dirty_nodes, &n->changed);	/* if it changes meanwhile, others come first */
		p9_node_write_back(n);
	}
}
