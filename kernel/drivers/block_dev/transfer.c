/* Reading and writing a disk at any byte, through a buffer: a program's memory
 * is neither contiguous nor, often, aligned. Nothing is cached: what read()
 * gives was on the disk, and what write() took is there when it returns,
 * though perhaps in the disk's own cache (fsync). */
#include "block_dev.h"
#include "kernel.h"
#include "linux_file.h"

#define MAX_ORDER	5	/* 128 KB a request */

/* A buffer for BYTES, or for less if memory is short; at least a page. *SIZE: what it holds. */
static void *buffer(u64 bytes, unsigned *order, u64 *size)
{
	void *p;

	*order = 0;
	while (*order < MAX_ORDER && PAGE_SIZE << *order < bytes)
		++*order;
	while (!(p = pages_alloc(*order, false)) && *order)
		--*order;
	*size = PAGE_SIZE << *order;
	return p;
}

static u64 most(struct disk_node *k)
{
	u64 n = k->disk->max_bytes ? k->disk->max_bytes : PAGE_SIZE << MAX_ORDER;

	return align_down(n, (u64)k->block_size);
}

static int move(struct disk_node *k, bool write, u64 at, void *buf, u64 n)
{
	struct block_device *d = k->disk;

	if (d->request)
		return d->request(d, write ? BLOCK_WRITE : BLOCK_READ, at / SECTOR, buf, n);
	if (write)
		return -EPERM;
	return d->mapped ? sectors_read(d, at / SECTOR, buf, n) : d->read(d, at / SECTOR, buf, n / SECTOR);
}

void disk_lock(struct disk_node *k, bool alone)
{
	while (k->alone || (alone && k->writers))
		wait_on(&k->turn, FOREVER, false);
	k->alone = alone;
	k->writers++;
}

void disk_unlock(struct disk_node *k)
{
	k->writers--;
	k->alone = false;
	wake_all(&k->turn);
}

/* Where the disk ends inside a block, which only a broken device does, the rest is out of reach. */
static u64 end_of(struct disk_node *k)
{
	return align_down(disk_bytes(k), (u64)k->block_size);
}

long disk_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	struct disk_node *k = disk_of(f);
	u64 end = end_of(k), mask = k->block_size - 1, size, done = 0;
	unsigned order;

	if (*pos >= end || !n)
		return 0;
	n = min(n, end - *pos);
	char *page = buffer(min(n + 2 * k->block_size, most(k)), &order, &size);
	int err = page ? 0 : -ENOMEM;
	size = min(size, most(k));
	while (done < n && !err) {
		u64 in = *pos & mask, part = min(n - done, size - in);
		if ((err = move(k, false, *pos - in, page, (in + part + mask) & ~mask)))
			break;
		memcpy((char *)buf + done, page + in, part);
		done += part;
		*pos += part;
	}
	if (page)
		pages_free(page, order);
	return done ? (long)done : err;
}

/* Blocks of which only a part is written are read before. */
static int fill_edges(struct disk_node *k, u64 at, char *page, u64 in, u64 part, u64 whole)
{
	u64 last = whole - k->block_size;
	int err = 0;

	if (in)
		err = move(k, false, at, page, k->block_size);
	if (!err && in + part < whole && (last || !in))
		err = move(k, false, at + last, page + last, k->block_size);
	return err;
}

static int write_part(struct disk_node *k, const char *from, u64 pos, char *page, u64 part)
{
	u64 mask = k->block_size - 1, in = pos & mask, whole = (in + part + mask) & ~mask;
	bool edges = in || part < whole;
	int err = 0;

	disk_lock(k, edges);
	if (edges)
		err = fill_edges(k, pos - in, page, in, part, whole);
	if (!err && user_copy(page + in, from, part) < part)
		err = -EFAULT;
	if (!err)
		err = move(k, true, pos - in, page, whole);
	disk_unlock(k);
	return err;
}

long disk_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	struct disk_node *k = disk_of(f);
	u64 end = end_of(k), size, done = 0;
	unsigned order;

	if (k->disk->readonly || !k->disk->request)
		return -EPERM;
	if (f->flags & O_APPEND)
		*pos = end;
	if (!n)
		return 0;
	if (*pos >= end)
		return -ENOSPC;
	n = min(n, end - *pos);
	char *page = buffer(min(n + 2 * k->block_size, most(k)), &order, &size);
	int err = page ? 0 : -ENOMEM;
	size = min(size, most(k));
	while (done < n && !err) {
		u64 part = min(n - done, size - (*pos & (k->block_size - 1)));
		if ((err = write_part(k, (const char *)buf + done, *pos, page, part)))
			break;
		done += part;
		*pos += part;
	}
	if (page)
		pages_free(page, order);
	if (done && f->flags & O_DSYNC)
		err = disk_flush(k);
	else if (done)
		err = 0;
	return err ? err : (long)done;
}

int disk_flush(struct disk_node *k)
{
	return k->disk->flush ? k->disk->request(k->disk, BLOCK_FLUSH, 0, NULL, 0) : 0;
}
