/* An extended attribute of a file of the image. */
#ifndef ROFS_XATTR_H
#define ROFS_XATTR_H

#include "types.h"

struct rofs_xattr {
	u64 next;		/* 0: the first is next */
	u64 value;		/* where it is, for rofs_xattr_value() */
	u32 size;
	char name[256];
};

#endif
