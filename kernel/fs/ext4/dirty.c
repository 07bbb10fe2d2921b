/* Pages that shared mappings wrote to, until the disk has them: at msync, fsync, sync and munmap, every few seconds, and when
 * there are many. A page gets its blocks when it is first written to, so that a full disk is heard of there (SIGBUS); what
 * they held shows to nobody, as they are only set aside until the page is in them. */
#include "ext4.h"

#define MOST (mem_total_pages / 8)	/* of a file system, before a store has to wait */

static int reserve(struct ext4_node *n, u64 index)
{
	u32 size = n->fs->block_size, per = PAGE_SIZE / size, first = index * per;
	int err = ext4_begin(n->fs);

	if (err)
		return err;
	u64 end = min((index + 1) * per, (n->v.size + size - 1) / size);
	if (first < end)
		err = ext4_reserve(n, &first, end, false);
	n->v.mtime_ns = n->v.ctime_ns = now_realtime();
	if (!err)
		err = ext4_node_store(n);
	return ext4_done(n->fs, err, &n->v, NULL);
}

int ext4_page_dirty(struct ext4_node *n, u64 index, void *page)
{
	if (radix_get(&n->dirty, index))
		return 0;
	if (n->fs->dirty_pages >= MOST)
		ext4_write_back_all(n->fs);
	int err = reserve(n, index);
	if (ext4_again(n->fs, err))
		err = reserve(n, index);
	if (err || radix_get(&n->dirty, index))
		return err;
	/* It may have been dropped while this slept: then the access faults again, for the page that there is now. */
	if (radix_get(&n->v.pages, index) != page)
		return -EAGAIN;
	if ((err = radix_set(&n->dirty, index, page)))
		return err;
	page_get(page);
	n->fs->dirty_pages++;
	if (list_empty(&n->changed)) {
		vnode_get(&n->v);
		list_append(&n->fs->dirty, &n->changed);
	}
	return 0;
}

void ext4_dirty_cut(struct ext4_node *n, u64 first, u64 end)
{
	void *p;

	for (u64 i = first; (p = radix_next(&n->dirty, &i)) && i < end; i++) {
		radix_set(&n->dirty, i, NULL);
		page_put(p);
		n->fs->dirty_pages--;
	}
}

/* As many pages as follow each other from INDEX on, at BUF; how many bytes of the file. */
static u32 gather(struct ext4_node *n, const struct radix *pages, u64 index, u8 *buf)
{
	u64 pos = index * PAGE_SIZE, bytes = 0;
	void *p;

	for (; bytes < EXT4_PIECE && (p = radix_get(pages, index + bytes / PAGE_SIZE)); bytes += PAGE_SIZE)
		memcpy(buf + bytes, p, PAGE_SIZE);
	return pos < n->v.size ? min(bytes, n->v.size - pos) : 0;
}

/* Each is written once, whatever comes of it, as Linux does. */
static int write_pages(struct ext4_node *n, struct radix *pages, u8 *buf)
{
	u64 index = 0;
	void *p;
	int first = 0;

	while (radix_next(pages, &index)) {
		u32 bytes = gather(n, pages, index, buf);
		int err = bytes ? ext4_pages_write(n, buf, bytes, index * PAGE_SIZE) : 0;
		first = first ? first : err;
		index += max((bytes + PAGE_SIZE - 1) / PAGE_SIZE, 1UL);
	}
	for (index = 0; (p = radix_next(pages, &index)); index++) {
		page_put(p);
		n->fs->dirty_pages--;
	}
	radix_free(pages);
	return first;
}

static void forget(struct ext4_node *n)
{
	if (n->dirty.root || list_empty(&n->changed))
		return;
	list_remove(&n->changed);
	list_init(&n->changed);
	vnode_put(&n->v);
}

static void write_node(struct ext4_node *n)
{
	u8 *buf = NULL;

	if (!n->dirty.root && !n->writing)
		return;
	vnode_get(&n->v);
	ext4_write_lock(n);
	struct radix pages = n->dirty;
	if (pages.root && !(buf = kmalloc(EXT4_PIECE + n->fs->block_size))) {
		n->error = -ENOMEM;
	} else if (pages.root) {
		n->dirty = (struct radix){ 0 };
		vm_file_clean(&n->v);
		int err = write_pages(n, &pages, buf);
		n->error = n->error ? n->error : err;
		kfree(buf);
	}
	ext4_write_unlock(n);
	forget(n);
	vnode_put(&n->v);
}

int ext4_settle(struct ext4 *fs)
{
	int err = 0;

	ext4_lock(fs);
	if (fs->writable) {
		ext4_reap(fs);
		err = ext4_commit(fs);
	}
	ext4_unlock(fs);
	return err;
}

/* An error of writing earlier is told once. */
int ext4_write_back(struct vnode *v, bool sync)
{
	struct ext4_node *n = ext4_node(v);

	write_node(n);
	int err = n->error;
	n->error = 0;
	int failed = sync ? ext4_settle(n->fs) : 0;
	return err ? err : failed;
}

void ext4_write_back_all(struct ext4 *fs)
{
	struct ext4_node *n;
	u64 most = 0;

	list_each(n, &fs->dirty, changed)
		most++;
	while (most-- && !list_empty(&fs->dirty)) {
		n = list_first(&fs->dirty, struct ext4_node, changed);
		list_remove(&n->changed);
		list_append(&fs->dirty, &n->changed);	/* if it changes meanwhile, others come first */
		write_node(n);
	}
}
