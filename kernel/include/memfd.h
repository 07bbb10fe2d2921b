/* What seals forbid (fs/memfd.c), in programs that make files which can have any. */
#ifndef MEMFD_H
#define MEMFD_H

#include "hooks.h"
#include "seals.h"

/* Do seals forbid that V has NEW_SIZE, or that what is in it changes? */
OPTIONAL bool memfd_sealed(struct vnode *v, u64 new_size, bool writes) { return false; }
/* ... that it is mapped so that it can be written to? */
OPTIONAL bool memfd_no_write_map(struct vnode *v) { return false; }
/* ... that it gets MODE? */
OPTIONAL bool memfd_no_mode(struct vnode *v, u32 mode) { return false; }
OPTIONAL long memfd_fcntl(struct file *f, int cmd, u32 seals) { return -EINVAL; }

#endif
