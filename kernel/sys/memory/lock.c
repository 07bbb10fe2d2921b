/* mlock(2) and relations: memory is never swapped, so there is nothing to do
 * but check; msync(2): shared file pages are the page cache itself; mincore(2). */
#include "kernel.h"

static long range_mapped(u64 addr, u64 len)
{
	u64 start = align_down(addr, (u64)PAGE_SIZE);

	return user_ok((void *)start, align_up(addr + len, (u64)PAGE_SIZE) - start, 0) ? 0 : -ENOMEM;
}

long sys_mlock(u64 addr, u64 len)
{
	KERNEL_LOCK();
	return range_mapped(addr, len);
}
SYSCALL(149, mlock, PARTIAL("memory is never swapped; RLIMIT_MEMLOCK is not obeyed"));

long sys_mlock2(u64 addr, u64 len, int flags)
{
	KERNEL_LOCK();
	return flags & ~1 ? -EINVAL : range_mapped(addr, len);
}
SYSCALL(325, mlock2, PARTIAL("memory is never swapped; RLIMIT_MEMLOCK is not obeyed"));

long sys_munlock(u64 addr, u64 len)
{
	KERNEL_LOCK();
	return range_mapped(addr, len);
}
SYSCALL(150, munlock, FULL);

long sys_mlockall(int flags) { return flags & ~7 || !flags ? -EINVAL : 0; }
SYSCALL(151, mlockall, PARTIAL("memory is never swapped; RLIMIT_MEMLOCK is not obeyed"));

long sys_munlockall(void) { return 0; }
SYSCALL(152, munlockall, FULL);

long sys_msync(u64 addr, u64 len, int flags)
{
	KERNEL_LOCK();
	if (addr & (PAGE_SIZE - 1) || flags & ~7 || (flags & 5) == 5)
		return -EINVAL;
	return range_mapped(addr, len);
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
	CHECK_WRITE(vec, pages);
	if (range_mapped(addr, len))
		return -ENOMEM;
	for (u64 i = 0; i < pages; i++) {
		int level;
		u64 *pte = pte_find(addr + i * PAGE_SIZE, false, &level);
		vec[i] = pte && *pte & PTE_P;
	}
	return 0;
}
SYSCALL(27, mincore, FULL);
