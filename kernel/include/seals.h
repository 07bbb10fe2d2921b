/* Files of memfd_create(2): fs/memfd.c. */
#ifndef SEALS_H
#define SEALS_H

#include "vfs.h"

#define F_SEAL_SEAL		1
#define F_SEAL_SHRINK		2
#define F_SEAL_GROW		4
#define F_SEAL_WRITE		8
#define F_SEAL_FUTURE_WRITE	16
#define F_SEAL_EXEC		32
#define F_SEAL_ALL		63

struct vnode *memfd_new(u32 mode, u32 seals);	/* or NULL */

#endif
