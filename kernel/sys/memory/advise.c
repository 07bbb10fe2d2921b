/* madvise(2). Advice that only concerns speed is taken as read. */
#include "kernel.h"
#include "vfs.h"

#define MADV_DONTNEED 4
#define MADV_FREE 8
#define MADV_REMOVE 9
#define MADV_WIPEONFORK 18
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#define MADV_DONTNEED_LOCKED 24

/* One bit for each that Linux 6.1 knows. Not COLLAPSE, which must do what it says. */
#define KNOWN 0x01ffff1fu

long vm_discard(u64 addr, u64 len);

/* The file itself loses what is stored there. */
static long remove(const struct vma *v, u64 addr, u64 end)
{
	if (!(v->flags & MAP_SHARED))
		return v->file ? -EACCES : -EINVAL;
	if (!(v->prot & PROT_WRITE))
		return -EACCES;
	if (!v->file)
		return vm_discard(addr, end - addr);
	if (!v->file->ops->discard)
		return -EOPNOTSUPP;
	u64 first = (v->offset + (addr - v->start)) >> PAGE_SHIFT;
	v->file->ops->discard(v->file, first, first + ((end - addr) >> PAGE_SHIFT));
	return 0;
}

/* What is shared and anonymous has nowhere else to stay. */
static long forget(const struct vma *v, u64 addr, u64 end)
{
	return v->flags & MAP_SHARED && !v->file ? 0 : vm_discard(addr, end - addr);
}

static long populate(const struct vma *v, u64 addr, u64 end, bool write)
{
	if (!(v->prot & (write ? PROT_WRITE : PROT_READ)))
		return -EINVAL;
	if (vm_populate(addr, end - addr, write))
		return 0;
	return addr < vma_usable_end(v) && end <= vma_usable_end(v) ? -ENOMEM : -EFAULT;
}

static long advise(const struct vma *v, u64 addr, u64 end, int advice)
{
	switch (advice) {
	case MADV_DONTNEED:
		if (v->flags & MAP_LOCKED)
			return -EINVAL;
		/* fall through */
	case MADV_DONTNEED_LOCKED:
		return forget(v, addr, end);
	case MADV_FREE:
		if (v->file || v->flags & (MAP_SHARED | MAP_LOCKED))
			return -EINVAL;
		/* it may be taken back, but need not be */
		return mem_free_pages > mem_total_pages / 4 ? 0 : vm_discard(addr, end - addr);
	case MADV_REMOVE:
		return remove(v, addr, end);
	case MADV_WIPEONFORK:
		return v->file || v->flags & MAP_SHARED ? -EINVAL : 0;
	case MADV_POPULATE_READ:
	case MADV_POPULATE_WRITE:
		return populate(v, addr, end, advice == MADV_POPULATE_WRITE);
	}
	return 0;
}

/* As in Linux: what is mapped gets the advice, and the result reports gaps. */
long sys_madvise(u64 addr, u64 len, int advice)
{
	KERNEL_LOCK();
	u64 end = addr + align_up(len, (u64)PAGE_SIZE);
	struct vma *v;
	long r = 0;

	if (advice < 0 || advice >= 32 || !(KNOWN >> advice & 1) || addr & (PAGE_SIZE - 1) || end < addr ||
	    (len && end == addr))
		return -EINVAL;
	while (addr < end) {
		if (!(v = vma_next(addr)) || v->start >= end)
			return -ENOMEM;
		if (v->start > addr) {
			addr = v->start;
			r = -ENOMEM;
		}
		u64 part = min(v->end, end);
		long err = advise(v, addr, part, advice);	/* may sleep, and V be gone */
		if (err)
			return err;
		addr = part;
	}
	return r;
}
SYSCALL(28, madvise, PARTIAL("no COLLAPSE, GUARD_INSTALL, HWPOISON or SOFT_OFFLINE; nothing is paged out, and pages are merged or huge whatever the advice"));
