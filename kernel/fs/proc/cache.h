/* The processor's caches (Intel SDM vol. 2, CPUID leaf 4; AMD64 APM vol. 3, leaf 0x8000001d). */
#ifndef CACHE_H
#define CACHE_H

#include "types.h"

struct cache {
	u8 type;		/* 1 data, 2 instructions, 3 both */
	u8 level;
	u32 shift;		/* processors whose APIC ids agree above these bits share it */
	u32 line, partitions, ways, sets;
	u64 size;
};
unsigned cache_count(void);
bool cache_get(unsigned i, struct cache *c);	/* false: there is none, nor behind it */

#endif
