/* mmap(2), munmap(2), mprotect(2) */
#include "kernel.h"
#include "linux_file.h"
#include "memfd.h"
#include "vfs.h"

OPTIONAL struct file *fd_get(int fd) { (void)fd; return NULL; }

static int check_file(const struct file *f, int prot, int flags)
{
	bool writes = flags & MAP_SHARED && prot & PROT_WRITE;

	if ((f->flags & O_ACCMODE) == O_WRONLY || (writes && (f->flags & O_ACCMODE) != O_RDWR))
		return -EACCES;
	if (!f->vnode || !f->vnode->ops->getpage)	/* what has no name lies where nothing can be executed */
		return prot & PROT_EXEC && f->vnode && !f->vnode->mount && !S_ISCHR(f->vnode->mode) ? -EPERM : -ENODEV;
	if (writes && memfd_no_write_map(f->vnode))
		return -EPERM;
	const struct shared_ops *s = f->vnode->ops->shared;
	return writes && s && !s->write_back ? -ENODEV : 0;
}

/* core/mm/reuse.c, linked in with malloc(). */
OPTIONAL long vm_map_filled(u64 len, int prot, int flags)
{
	(void)len, (void)prot, (void)flags;
	return 0;
}

/* sys/memory/map_asked.c, in kernels of programs that call mmap() themselves. */
OPTIONAL long map_check(const struct file *f, u64 addr, u64 len, int *flags, u64 offset)
{
	(void)f, (void)addr, (void)len, (void)flags, (void)offset;
	return 0;
}
OPTIONAL u64 map_low_address(u64 hint, u64 len) { (void)hint, (void)len; return 0; }

/* sys/memory/map_around.c, likewise. */
OPTIONAL long map_around_kernel(u64 addr, u64 len, int prot, int flags)
{
	(void)addr, (void)len, (void)prot, (void)flags;
	return 0;
}

/* sys/raw/jumps_mmap.c */
OPTIONAL long map_code(u64 addr, u64 len, int prot, int flags, struct vnode *file, u64 offset)
{
	return vm_map(addr, len, prot, flags, file, offset);
}

static long map(u64 addr, u64 len, int prot, int flags, int fd, u64 offset)
{
	struct file *f = NULL;
	long r;

	if (offset & (PAGE_SIZE - 1))
		return -EINVAL;
	if (!(flags & MAP_ANONYMOUS) && !(f = fd_get(fd)))
		return -EBADF;
	r = map_check(f, addr, len, &flags, offset);
	if (f) {
		if (!r)
			r = check_file(f, prot, flags);
		if (r) {
			file_put(f);
			return r;
		}
		if (S_ISCHR(f->vnode->mode)) {	/* /dev/zero, the only one with pages */
			file_put(f);
			f = NULL;
			flags |= MAP_ANONYMOUS;
		}
	} else if (r) {
		return r;
	}
	if ((flags & (MAP_32BIT | MAP_FIXED)) == MAP_32BIT && !(addr = map_low_address(addr, align_up(len, (u64)PAGE_SIZE))))
		len = ~0UL >> 1;	/* more than there is */
	if (!addr && !f && (r = vm_map_filled(len, prot, flags)))
		return r;
	r = map_around_kernel(addr, len, prot, flags);
	if (!r)
		r = map_code(addr, len, prot, flags, f ? f->vnode : NULL, offset);
	if (f)
		file_put(f);
	if (r > 0 && flags & (MAP_POPULATE | MAP_LOCKED) && prot)
		vm_populate(r, len, prot & PROT_WRITE && !(flags & MAP_SHARED));
	return r;
}

long sys_mmap(u64 addr, u64 len, int prot, int flags, int fd, u64 offset)
{
	KERNEL_LOCK();
	return map(addr, len, prot, flags, fd, offset);
}
SYSCALL(9, mmap, PARTIAL("no huge pages (MAP_HUGETLB); areas with MAP_GROWSDOWN do not grow"));
