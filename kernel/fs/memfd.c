/* Files of memfd_create(2), and their seals (fcntl(2), "File Sealing"). Definitions of what include/memfd.h has as
 * never forbidden. */
#include "kernel.h"
#include "linux_file.h"
#include "mm.h"
#include "ramfs.h"
#include "seals.h"

#define F_ADD_SEALS	1033

static struct vnode_ops memfd_ops;		/* ram_file_ops with these */

static bool is_memfd(const struct vnode *v) { return v->ops == &memfd_ops; }
static u32 seals_of(struct vnode *v) { return is_memfd(v) ? RAM(v)->seals : 0; }

bool memfd_sealed(struct vnode *v, u64 new_size, bool writes)
{
	u32 seals = seals_of(v);

	return (writes && seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) || (new_size > v->size && seals & F_SEAL_GROW) ||
		(new_size < v->size && seals & F_SEAL_SHRINK);
}

static int memfd_truncate(struct vnode *v, u64 size)
{
	return memfd_sealed(v, size, false) ? -EPERM : ram_file_ops.truncate(v, size);
}

static long memfd_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	return vnode_file_ops.read(f, buf, n, pos);
}

/* Whole pages before the end of a file that must not grow are written, then there is an error, as Linux has it. */
static long memfd_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	struct vnode *v = f->vnode;

	if (f->flags & O_APPEND && n)
		*pos = v->size;
	if (n && memfd_sealed(v, v->size, true))
		return -EPERM;
	if (n && memfd_sealed(v, *pos + n, false) && *pos + n > v->size) {
		u64 last = align_down(v->size, (u64)PAGE_SIZE);
		if (*pos >= last)
			return -EPERM;
		n = last - *pos;
	}
	return vnode_file_ops.write(f, buf, n, pos);
}

static long memfd_seek(struct file *f, s64 offset, int whence)
{
	return vnode_file_ops.seek(f, offset, whence);
}

static const struct file_ops memfd_file_ops = { .read = memfd_read, .write = memfd_write, .seek = memfd_seek };

static int memfd_open(struct vnode *v, struct file *f)
{
	f->ops = &memfd_file_ops;
	return 0;
}

/* MODE: permissions. */
struct vnode *memfd_new(u32 mode, u32 seals)
{
	struct vnode *v = ramfs_anonymous(mode);

	memfd_ops = ram_file_ops;
	memfd_ops.truncate = memfd_truncate;
	KEEP(map_no_write);
	memfd_ops.open = memfd_open;
	if (v) {
		v->ops = &memfd_ops;
		RAM(v)->seals = seals;
	}
	return v;
}

/* sys/memory/mmap.c: a mapping that is shared and writable. */
bool memfd_no_write_map(struct vnode *v)
{
	return seals_of(v) & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE);
}

static bool mapped_shared(const struct vnode *v)
{
	for (u32 i = 0; i < vma_count; i++)
		if (vmas[i]->file == v && vmas[i]->flags & MAP_SHARED)
			return true;
	return false;
}

static long add(struct file *f, u32 seals)
{
	struct vnode *v = f->vnode;

	if ((f->flags & O_ACCMODE) == O_RDONLY)
		return -EPERM;
	if (seals & ~F_SEAL_ALL)
		return -EINVAL;
	if (!is_memfd(v) || RAM(v)->seals & F_SEAL_SEAL)
		return -EPERM;
	if (seals & F_SEAL_WRITE && !(RAM(v)->seals & F_SEAL_WRITE) && mapped_shared(v))
		return -EBUSY;
	if (seals & F_SEAL_EXEC && v->mode & 0111)
		seals |= F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE;
	RAM(v)->seals |= seals;
	return 0;
}

/* F_ADD_SEALS, F_GET_SEALS: other files in memory cannot be sealed. */
long memfd_fcntl(struct file *f, int cmd, u32 seals)
{
	struct vnode *v = f->vnode;

	if (!is_memfd(v) && v->ops != &ram_file_ops)
		return -EINVAL;
	return cmd == F_ADD_SEALS ? add(f, seals) : is_memfd(v) ? (long)RAM(v)->seals : F_SEAL_SEAL;
}

bool memfd_no_mode(struct vnode *v, u32 mode)
{
	return seals_of(v) & F_SEAL_EXEC && (v->mode ^ mode) & 0111;
}
