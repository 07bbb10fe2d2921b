#ifndef LOCKED_H
#define LOCKED_H

#include "types.h"

/* locked.c: RLIMIT_MEMLOCK. ERR, -EPERM, or 0: MORE bytes may be locked. */
int lock_allowed(u64 more, int err);
int lock_mapping(u64 len, int *flags);	/* of mmap(); sets MAP_LOCKED after mlockall(MCL_FUTURE) */
u64 locked_bytes(u64 start, u64 end);
extern bool lock_future;

#endif
