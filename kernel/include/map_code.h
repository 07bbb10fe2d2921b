/* Maps part of a file that may be a program's code. */
#ifndef MAP_CODE_H
#define MAP_CODE_H

#include "mm.h"

/* sys/raw/jumps.c, in images with code whose system calls can be jumps. */
OPTIONAL long map_code(u64 addr, u64 len, int prot, int flags, struct vnode *file, u64 offset)
{
	return vm_map(addr, len, prot, flags, file, offset);
}

#endif
