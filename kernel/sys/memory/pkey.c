/* pkey_alloc(2), pkey_free(2), pkey_mprotect(2) as on a processor without protection keys: there are none to be had.
 * Guests are not shown any, as PKRU is no component that the kernel keeps (x86.h). */
#include "kernel.h"

#define PKEY_ACCESS_MASK	3

long sys_mprotect(u64 addr, u64 len, int prot);

long sys_pkey_alloc(u64 flags, u64 rights)
{
	return flags || rights & ~(u64)PKEY_ACCESS_MASK ? -EINVAL : -ENOSPC;
}
SYSCALL(330, pkey_alloc, FULL);

long sys_pkey_free(int key)
{
	return -EINVAL;
}
SYSCALL(331, pkey_free, FULL);

/* Linux looks at the key behind the range, and at neither where the range is empty. */
long sys_pkey_mprotect(u64 addr, u64 len, int prot, int key)
{
	bool range = len && addr + align_up(len, (u64)PAGE_SIZE) > addr;

	return key != -1 && range ? -EINVAL : sys_mprotect(addr, len, prot);
}
SYSCALL(329, pkey_mprotect, PARTIAL("no PROT_GROWSDOWN or PROT_GROWSUP"));
