/* What ioctl() does with a disk (Linux include/uapi/linux/fs.h, hdreg.h). */
#include "block_dev.h"
#include "kernel.h"
#include "linux_file.h"

#define HDIO_GETGEO	0x301
#define BLKROGET	0x125e
#define BLKRRPART	0x125f
#define BLKGETSIZE	0x1260		/* unsigned long, in 512 bytes */
#define BLKFLSBUF	0x1261
#define BLKRASET	0x1262
#define BLKRAGET	0x1263
#define BLKSSZGET	0x1268
#define BLKBSZGET	0x80081270
#define BLKBSZSET	0x40081271
#define BLKGETSIZE64	0x80081272
#define BLKDISCARD	0x1277
#define BLKIOMIN	0x1278
#define BLKIOOPT	0x1279
#define BLKALIGNOFF	0x127a
#define BLKPBSZGET	0x127b
#define BLKDISCARDZEROES 0x127c
#define BLKROTATIONAL	0x127e
#define BLKZEROOUT	0x127f

struct geometry { u8 heads, sectors; u16 cylinders; unsigned long start; };

static long put_int(unsigned long arg, u32 value)
{
	CHECK_WRITE((void *)arg, sizeof(value));
	*(u32 *)arg = value;
	return 0;
}

static long put_long(unsigned long arg, u64 value)
{
	CHECK_WRITE((void *)arg, sizeof(value));
	*(u64 *)arg = value;
	return 0;
}

static int write_zeroes(struct disk_node *k, u64 sector, u64 n)
{
	u64 most = k->disk->max_bytes ? min(k->disk->max_bytes, (u32)PAGE_SIZE) : PAGE_SIZE;
	void *page = page_alloc();
	int err = page ? 0 : -ENOMEM;

	for (u64 part; n && !err; sector += part, n -= part) {
		part = min(n, most / SECTOR);
		err = k->disk->request(k->disk, BLOCK_WRITE, sector, page, part * SECTOR);
	}
	if (page)
		page_put(page);
	return err;
}

/* TYPE for N sectors, in pieces that the device takes. */
static int ranges(struct disk_node *k, u32 type, u64 sector, u64 n)
{
	u64 align = k->block_size / SECTOR;
	u64 most = type == BLOCK_DISCARD ? k->disk->max_discard : k->disk->max_zeroes;
	struct block_range *r;
	int err = 0;

	most -= most % align;
	if (!most)
		return type == BLOCK_DISCARD ? -EOPNOTSUPP : write_zeroes(k, sector, n);
	if (!(r = kmalloc(sizeof(*r))))
		return -ENOMEM;
	for (; n && !err; sector += r->sectors, n -= r->sectors) {
		*r = (struct block_range){ sector, min(n, most), type == BLOCK_ZEROES && k->disk->punch ? BLOCK_RANGE_PUNCH : 0 };
		err = k->disk->request(k->disk, type, 0, r, sizeof(*r));
	}
	kfree(r);
	return err;
}

static long clear(struct file *f, u32 type, unsigned long arg)
{
	struct disk_node *k = disk_of(f);
	u64 mask = k->block_size - 1, size = disk_bytes(k);

	if ((f->flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	if (k->disk->readonly || !k->disk->request)
		return -EPERM;
	CHECK_READ((void *)arg, 2 * sizeof(u64));
	u64 start = ((u64 *)arg)[0], len = ((u64 *)arg)[1];
	if ((start | len) & mask || start > size || len > size - start)
		return -EINVAL;
	disk_lock(k, true);
	int err = ranges(k, type, start / SECTOR, len / SECTOR);
	disk_unlock(k);
	return err;
}

static long get_geometry(struct disk_node *k, unsigned long arg)
{
	struct geometry *g = (struct geometry *)arg;

	CHECK_WRITE(g, sizeof(*g));
	*g = (struct geometry){ .heads = 64, .sectors = 32, .cylinders = k->disk->sectors >> 11 };
	return 0;
}

long disk_ioctl(struct file *f, unsigned long cmd, unsigned long arg)
{
	struct disk_node *k = disk_of(f);

	switch (cmd) {
	case BLKROGET:
		return put_int(arg, k->disk->readonly || !k->disk->request);
	case BLKGETSIZE:
		return put_long(arg, k->disk->sectors);
	case BLKGETSIZE64:
		return put_long(arg, disk_bytes(k));
	case BLKSSZGET:
	case BLKPBSZGET:
	case BLKIOMIN:
		return put_int(arg, k->block_size);
	case BLKBSZGET:
		return put_int(arg, k->opened_block_size);
	case BLKBSZSET:
		CHECK_READ((void *)arg, sizeof(int));
		u32 size = *(u32 *)arg;
		if (size < k->block_size || size > PAGE_SIZE || size & (size - 1))
			return -EINVAL;
		k->opened_block_size = size;
		return 0;
	case BLKFLSBUF:
		return disk_flush(k);
	case BLKDISCARD:
		return clear(f, BLOCK_DISCARD, arg);
	case BLKZEROOUT:
		return clear(f, BLOCK_ZEROES, arg);
	case BLKRRPART:
		return -EINVAL;	/* as for a disk that cannot have partitions */
	case BLKRASET:
		return 0;	/* nothing is read ahead */
	case BLKRAGET:
		return put_long(arg, 0);
	case BLKIOOPT:
	case BLKALIGNOFF:
	case BLKDISCARDZEROES:
		return put_int(arg, 0);
	case BLKROTATIONAL:
		CHECK_WRITE((void *)arg, sizeof(u16));
		*(u16 *)arg = 0;
		return 0;
	case HDIO_GETGEO:
		return get_geometry(k, arg);
	}
	return -ENOTTY;
}
