/* /dev/null, /dev/zero, /dev/full (null(4), full(4)). */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

static long read_nothing(struct file *f, void *buf, size_t n, u64 *pos)
{
	return 0;
}

static long read_zeroes(struct file *f, void *buf, size_t n, u64 *pos)
{
	memset(buf, 0, n);
	return n;
}

static long write_all(struct file *f, const void *buf, size_t n, u64 *pos)
{
	return n;
}

static long write_none(struct file *f, const void *buf, size_t n, u64 *pos)
{
	return -ENOSPC;
}

static long seek_start(struct file *f, s64 offset, int whence)
{
	return f->pos = 0;
}

static const struct file_ops null_ops = { .read = read_nothing, .write = write_all, .seek = seek_start };
static const struct file_ops zero_ops = { .read = read_zeroes, .write = write_all, .seek = seek_start };
static const struct file_ops full_ops = { .read = read_zeroes, .write = write_none, .seek = seek_start };

DEVNODE(null, "null", S_IFCHR | 0666, MAKEDEV(1, 3), &null_ops);
DEVNODE(zero, "zero", S_IFCHR | 0666, MAKEDEV(1, 5), &zero_ops);
DEVNODE(full, "full", S_IFCHR | 0666, MAKEDEV(1, 7), &full_ops);
