/* Reservations that go across the kernel. The builder selects this file by map_around. */
#include "kernel.h"

const char map_around[1];

/* ThreadSanitizer reserves all that its scheme leaves unused at fixed addresses, so that nothing else gets there; the
 * kernel is in the midst of it, where it hands out no address either. So the rest is taken, on both sides. 0: no such
 * request. */
long map_around_kernel(u64 addr, u64 len, int prot, int flags)
{
	const u64 end = addr + align_up(len, (u64)PAGE_SIZE), kernel_end = DIRECT_BASE + DIRECT_SIZE;
	const int kind = MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS;

	if (prot || (flags & kind) != kind || addr >= DIRECT_BASE || end <= kernel_end || end > USER_MAX)
		return 0;
	long r = vm_map(addr, DIRECT_BASE - addr, prot, flags, NULL, 0);
	if (r < 0)
		return r;
	r = vm_map(kernel_end, end - kernel_end, prot, flags, NULL, 0);
	return r < 0 ? r : (long)addr;
}
