/* mlock(2) and relations; msync(2): shared file pages are the page cache itself, and only what others have too is written back; mincore(2). */
#include "kernel.h"
#include "locked.h"

static long range_mapped(u64 addr, u64 len)
{
	u64 start = align_down(addr, (u64)PAGE_SIZE);

	return user_ok((void *)start, align_up(addr + len, (u64)PAGE_SIZE) - start, 0) ? 0 : -ENOMEM;
}

/* Linux's order and errors (mm/mlock.c): no memory for the pages is EAGAIN, no access to them ENOMEM. */
static long lock(u64 addr, u64 len, bool touch)
{
	u64 start = align_down(addr, (u64)PAGE_SIZE), end = align_up(addr + len, (u64)PAGE_SIZE);

	int err = lock_allowed(0, 0);
	if (err || end == start)
		return err;
	if (end < start)
		return -EINVAL;
	if (lock_allowed(end - start - locked_bytes(start, end), -ENOMEM) || range_mapped(addr, len) ||
	    vm_mark(start, end, MAP_LOCKED, true))
		return -ENOMEM;
	while (touch && start < end) {
		struct vma *v = vma_find(start);
		u64 to = v ? min(v->end, end) : end;
		if (!v || !v->prot || !vm_populate(start, to - start, v->prot & PROT_WRITE && !(v->flags & MAP_SHARED)))
			return v && v->prot && vma_usable_end(v) >= to ? -EAGAIN : -ENOMEM;
		start = to;
	}
	return 0;
}

static long unlock(u64 addr, u64 len)
{
	u64 start = align_down(addr, (u64)PAGE_SIZE), end = align_up(addr + len, (u64)PAGE_SIZE);

	if (end == start)
		return 0;
	return end < start ? -EINVAL : range_mapped(addr, len) ? -ENOMEM : vm_mark(start, end, MAP_LOCKED, false);
}

long sys_mlock(u64 addr, u64 len)
{
	KERNEL_LOCK();
	return lock(addr, len, true);
}
SYSCALL(149, mlock, FULL);

long sys_mlock2(u64 addr, u64 len, int flags)
{
	KERNEL_LOCK();
	return flags & ~1 ? -EINVAL : lock(addr, len, !flags);
}
SYSCALL(325, mlock2, FULL);

long sys_munlock(u64 addr, u64 len)
{
	KERNEL_LOCK();
	return unlock(addr, len);
}
SYSCALL(150, munlock, FULL);

#define MCL_CURRENT 1
#define MCL_FUTURE 2
#define MCL_ONFAULT 4

static u64 mapped_bytes(void)
{
	u64 sum = 0;

	for (unsigned i = 0; i < vma_count; i++)
		sum += vmas[i]->end - vmas[i]->start;
	return sum;
}

long sys_mlockall(int flags)
{
	KERNEL_LOCK();
	if (!flags || flags & ~7 || flags == MCL_ONFAULT)
		return -EINVAL;
	bool now = flags & MCL_CURRENT;
	int err = lock_allowed(now ? mapped_bytes() - locked_bytes(0, ~0UL) : 0, now ? -ENOMEM : 0);
	if (err)
		return err;
	lock_future = flags & MCL_FUTURE;
	return now ? vm_mark(USER_MIN, USER_MAX, MAP_LOCKED, true) : 0;
}
SYSCALL(151, mlockall, PARTIAL("pages are not made present ahead"));

long sys_munlockall(void)
{
	KERNEL_LOCK();
	lock_future = false;
	return vm_mark(USER_MIN, USER_MAX, MAP_LOCKED, false);
}
SYSCALL(152, munlockall, FULL);

OPTIONAL int map_write_back(u64 addr, u64 len, bool sync) { return 0; }	/* fs/write_back.c */

#define MS_INVALIDATE 2
#define MS_SYNC 4

long sys_msync(u64 addr, u64 len, int flags)
{
	KERNEL_LOCK();
	if (addr & (PAGE_SIZE - 1) || flags & ~7 || (flags & 5) == 5)
		return -EINVAL;
	if (flags & MS_INVALIDATE && locked_bytes(addr, addr + align_up(len, (u64)PAGE_SIZE)))
		return -EBUSY;
	long err = range_mapped(addr, len);
	return err || !(flags & MS_SYNC) ? err : map_write_back(addr, len, true);
}
SYSCALL(26, msync, FULL);

long sys_mincore(u64 addr, u64 len, u8 *vec)
{
	KERNEL_LOCK();
	u64 pages = align_up(len, (u64)PAGE_SIZE) >> PAGE_SHIFT;

	if (addr & (PAGE_SIZE - 1))
		return -EINVAL;
	if (len > USER_MAX)
		return -ENOMEM;
	if (addr > USER_MAX - len || range_mapped(addr, len))
		return -ENOMEM;
	CHECK_WRITE(vec, pages);
	for (u64 i = 0; i < pages; i++) {
		int level;
		u64 *pte = pte_find(addr + i * PAGE_SIZE, false, &level);
		vec[i] = pte && *pte & PTE_P;
	}
	return 0;
}
SYSCALL(27, mincore, FULL);
