/*
 * __fsetlocking(): who locks a stream. Below -1 nothing but flockfile() turns its lock on; from 0 on, and
 * with the first further thread from -1 on, each call locks it.
 */
#include <stdio_ext.h>
#include "stdio_impl.h"

enum { F_BYCALLER = 256 };	/* musl's flags end below */

int __fsetlocking(FILE *f, int type)
{
	int was = f->flags & F_BYCALLER ? FSETLOCKING_BYCALLER : FSETLOCKING_INTERNAL;

	if (type == FSETLOCKING_BYCALLER) {
		f->flags |= F_BYCALLER;
		f->lock = -2;
	} else if (type == FSETLOCKING_INTERNAL) {
		f->flags &= ~F_BYCALLER;
		f->lock = 0;
	}
	return was;
}
