/* CPUID. In ring 3 it is answered by the CPU that the host runs ring 3 on. */
#ifndef CPUID_H
#define CPUID_H

#include "types.h"

static inline void cpuid(u32 leaf, u32 sub, u32 r[4])
{
	__asm__ volatile("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3]) : "a"(leaf), "c"(sub));
}

#endif
