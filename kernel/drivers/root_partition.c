/* The root file system in a part of the root disk: uk.rootlba=START+SECTORS on
 * the kernel command line, in sectors of 512 bytes. */
#include "driver.h"
#include "kernel.h"
#include "vfs.h"

/* The image builder's root for CONFIG_ROOT_PARTITION. */
const char drv_root_partition[1];

static u64 start;

static int part_read(struct block_device *d, u64 sector, void *buf, u32 sectors)
{
	struct block_device *whole = d->data;

	if (sector > d->sectors || sectors > d->sectors - sector)
		return -EIO;
	return whole->read(whole, start + sector, buf, sectors);
}

static u64 number(const char **s)
{
	u64 v = 0;

	while (**s >= '0' && **s <= '9')
		v = v * 10 + *(*s)++ - '0';
	return v;
}

struct block_device *root_part(struct block_device *whole)
{
	static struct block_device part = { .read = part_read };
	const char *word = cmdline_get(CMD_ROOTLBA, 0), *s = word;

	if (!word || !whole)
		return whole;
	start = number(&s);
	part.sectors = *s++ == '+' ? number(&s) : 0;
	if (*s || !part.sectors || start > whole->sectors || part.sectors > whole->sectors - start)
		panic(CMD_ROOTLBA "=%s: write START+SECTORS, within the disk's %lu", word, whole->sectors);
	part.name = whole->name;
	part.data = whole;
	return &part;
}
