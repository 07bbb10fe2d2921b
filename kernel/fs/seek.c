/* Where lseek() goes. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

s64 seek_to(struct file *f, s64 offset, int whence, s64 size)
{
	s64 base = whence == SEEK_CUR ? (s64)f->pos : whence == SEEK_END ? size : 0;

	if (whence > SEEK_END || __builtin_add_overflow(base, offset, &offset) || offset < 0)
		return -EINVAL;
	return f->pos = offset;
}

long seek_nowhere(struct file *f, s64 offset, int whence)
{
	return f->pos;
}

long seek_simple(struct file *f, s64 offset, int whence)
{
	return seek_to(f, offset, whence, 0);
}
