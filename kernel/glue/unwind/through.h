/* Exceptions on their way through libc: through.S, points.S. */
#ifndef THROUGH_H
#define THROUGH_H

#include <stdint.h>
#include "../glue.h"

/* What a function of through.S has on its frame. */
struct uk_record {
	void *callback, *argument;
	void (*cleanup)(struct uk_record *);	/* when an exception passes, or null */
	void *own[2];
};

/* A function that the program calls, as it was entered. */
struct uk_entry {
	uintptr_t sp, rbx, rbp, r12, r13, r14, r15, unused;
};

#endif
