/* /dev/random, /dev/urandom (random(4)). */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

static long random_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	random_bytes(buf, n);
	return n;
}

/* What a program adds is not needed: the pool is seeded before it runs. */
static long random_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	return n;
}

/* RNDGETENTCNT: as full as Linux says it is. */
static long random_ioctl(struct file *f, unsigned long cmd, unsigned long arg)
{
	if (cmd != 0x80045200)
		return -EINVAL;
	CHECK_WRITE((void *)arg, sizeof(int));
	*(int *)arg = 256;
	return 0;
}

static long random_seek(struct file *f, s64 offset, int whence)
{
	return f->pos;
}

static const struct file_ops random_ops = {
	.read = random_read, .write = random_write, .ioctl = random_ioctl, .seek = random_seek,
};

DEVNODE(random, "random", S_IFCHR | 0666, MAKEDEV(1, 8), &random_ops);
DEVNODE(urandom, "urandom", S_IFCHR | 0666, MAKEDEV(1, 9), &random_ops);
