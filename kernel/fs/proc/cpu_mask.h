#ifndef CPU_MASK_H
#define CPU_MASK_H

#include "types.h"

struct text;
void put_cpu_mask(struct text *t, u64 mask);	/* each a line */
void put_cpu_list(struct text *t, u64 mask);

#endif
