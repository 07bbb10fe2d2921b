/* Addresses for MAP_32BIT. The builder selects this file by map_low. */
#include "kernel.h"

#define LOW_START 0x40000000UL
#define LOW_END 0x80000000UL

const char map_low[1];

/* MAP_32BIT: upwards from the hint or the second gigabyte, where addresses are good for 31 bits (Linux
 * arch/x86/kernel/sys_x86_64.c, find_start_end). 0: none is free. */
u64 map_low_address(u64 hint, u64 len)
{
	u64 addr = hint >= USER_MIN && hint < LOW_END ? align_down(hint, (u64)PAGE_SIZE) : LOW_START;

	while (addr < LOW_END && len <= LOW_END - addr) {
		struct vma *v = vma_next(addr);
		if (!v || v->start >= addr + len)
			return addr;
		addr = v->end;
	}
	return hint ? map_low_address(0, len) : 0;
}
