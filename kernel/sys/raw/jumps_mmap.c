/* Jumps (jumps.c) in code that a program maps itself: that of its own loader. Linked in by raw_jumps_mmap. */
#include "kernel.h"
#include "vfs.h"

const char raw_jumps_mmap[1];

/* jumps.c */
OPTIONAL void jumps_make(u64 start, u64 len, struct vnode *file, u64 offset) { (void)start, (void)len, (void)file, (void)offset; }

long map_code(u64 addr, u64 len, int prot, int flags, struct vnode *file, u64 offset)
{
	long r = vm_map(addr, len, prot, flags, file, offset);

	if (r > 0 && file && prot == (PROT_READ | PROT_EXEC) && !(flags & MAP_SHARED))
		jumps_make(r, len, file, offset);
	return r;
}
