/* madvise(2). Advice that only concerns speed is taken as read. */
#include "kernel.h"

#define MADV_DONTNEED 4
#define MADV_FREE 8
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23

long vm_discard(u64 addr, u64 len);
bool vm_populate(u64 addr, size_t len, bool write);

long sys_madvise(u64 addr, u64 len, int advice)
{
	KERNEL_LOCK();
	len = align_up(len, (u64)PAGE_SIZE);
	if (addr & (PAGE_SIZE - 1) || addr + len < addr || advice < 0 || (advice > 25 && advice < 100))
		return -EINVAL;
	if (len && !user_ok((void *)addr, len, 0))
		return -ENOMEM;
	if (advice == MADV_FREE && mem_free_pages > mem_total_pages / 4)
		return 0;	/* it may be taken back, but need not be */
	if (advice == MADV_DONTNEED || advice == MADV_FREE)
		return vm_discard(addr, len);
	if (advice == MADV_POPULATE_READ || advice == MADV_POPULATE_WRITE)
		return vm_populate(addr, len, advice == MADV_POPULATE_WRITE) ? 0 : -EFAULT;
	return 0;
}
SYSCALL(28, madvise);
