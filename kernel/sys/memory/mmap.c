/* mmap(2), munmap(2), mprotect(2) */
#include "kernel.h"
#include "vfs.h"

bool vm_populate(u64 addr, size_t len, bool write);
OPTIONAL struct file *fd_get(int fd) { (void)fd; return NULL; }

#define SOON_USED 0x100000

static int check_file(const struct file *f, int prot, int flags)
{
	if (!f->vnode || !f->vnode->ops->getpage)
		return -ENODEV;
	if ((f->flags & O_ACCMODE) == O_WRONLY)
		return -EACCES;
	if (flags & MAP_SHARED && prot & PROT_WRITE && (f->flags & O_ACCMODE) != O_RDWR)
		return -EACCES;
	return 0;
}

/* Small writable areas are an allocator's, about to be filled: faults, one
 * after the other, would cost far more than their pages. */
static bool soon_used(u64 len, int prot, int flags)
{
	return len <= SOON_USED && prot & PROT_WRITE && flags & MAP_ANONYMOUS && flags & MAP_PRIVATE &&
		!(flags & MAP_NORESERVE) && mem_free_pages > mem_total_pages / 2;
}

static long map(u64 addr, u64 len, int prot, int flags, int fd, u64 offset)
{
	struct file *f = NULL;
	long r;

	if (!len || offset & (PAGE_SIZE - 1) || !(flags & 3))
		return -EINVAL;
	if (!(flags & MAP_ANONYMOUS)) {
		f = fd_get(fd);
		if (!f)
			return -EBADF;
		r = check_file(f, prot, flags);
		if (r) {
			file_put(f);
			return r;
		}
	}
	r = vm_map(addr, len, prot, flags, f ? f->vnode : NULL, offset);
	if (f)
		file_put(f);
	if (r > 0 && (flags & MAP_POPULATE || soon_used(len, prot, flags)) && prot)
		vm_populate(r, len, prot & PROT_WRITE);
	return r;
}

long sys_mmap(u64 addr, u64 len, int prot, int flags, int fd, u64 offset)
{
	KERNEL_LOCK();
	return map(addr, len, prot, flags, fd, offset);
}
SYSCALL(9, mmap);
