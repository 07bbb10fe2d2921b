/* munmap(2), mprotect(2) */
#include "kernel.h"

OPTIONAL int map_write_back(u64 addr, u64 len, bool sync) { return 0; }	/* fs/write_back.c */

long sys_munmap(u64 addr, u64 len)
{
	KERNEL_LOCK();
	map_write_back(addr, len, false);
	return vm_unmap(addr, len);
}
SYSCALL(11, munmap, FULL);

/* What malloc() gives back (musl/redefine.txt). */
long sys_munmap_freed(u64 addr, u64 len)
{
	KERNEL_LOCK();
	return vm_keep(addr, len);
}

/* fs/no_write.c, in kernels that make such areas. */
OPTIONAL bool map_no_write_at(u64 addr, u64 len) { return false; }

OPTIONAL int vm_prot(int prot) { return prot; }	/* sys/system/personality.c */

long sys_mprotect(u64 addr, u64 len, int prot)
{
	KERNEL_LOCK();
	struct vma *v = vma_find(addr);

	if (prot & PROT_GROWSDOWN) {	/* to the end of the stack, whose area is there as a whole */
		if (!v || v->end != user_stack_top)
			return -EINVAL;
		len += addr - v->start;
		addr = v->start;
		prot &= ~PROT_GROWSDOWN;
	}
	if (addr & (PAGE_SIZE - 1))
		return -EINVAL;
	if (!len)
		return 0;
	if (addr + align_up(len, (u64)PAGE_SIZE) <= addr)
		return -ENOMEM;
	if (prot & ~0xf)
		return -EINVAL;
	if (len > USER_MAX)
		return -ENOMEM;
	if (prot & PROT_WRITE && map_no_write_at(addr, len))
		return -EACCES;
	if (v && prot & PROT_WRITE && !(v->prot & PROT_WRITE) && !(v->flags & (MAP_SHARED | MAP_NORESERVE)) &&
	    vm_overcommit(min(len, v->end - addr)))
		return -ENOMEM;
	return vm_protect(addr, len, vm_prot(prot));
}
SYSCALL(10, mprotect, PARTIAL("no PROT_GROWSDOWN or PROT_GROWSUP"));
