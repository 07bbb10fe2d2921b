/* munmap(2), mprotect(2) */
#include "kernel.h"

long sys_munmap(u64 addr, u64 len)
{
	KERNEL_LOCK();
	return vm_unmap(addr, len);
}
SYSCALL(11, munmap);

/* What malloc() gives back (musl/redefine.txt). */
long sys_munmap_freed(u64 addr, u64 len)
{
	KERNEL_LOCK();
	return vm_keep(addr, len);
}

long sys_mprotect(u64 addr, u64 len, int prot)
{
	KERNEL_LOCK();
	return prot & ~0xf ? -EINVAL : vm_protect(addr, len, prot);
}
SYSCALL(10, mprotect);
