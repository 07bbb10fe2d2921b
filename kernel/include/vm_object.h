/* What areas of memory are of: files, which mm keeps as long as an area has them, and asks for memory when there is none. */
#ifndef VM_OBJECT_H
#define VM_OBJECT_H

#include "types.h"

struct vnode;

/* fs/vnode.c */
void vnode_get(struct vnode *v);
void vnode_put(struct vnode *v);

/* fs/pagecache.c: memory is out: drops up to PAGES cached file pages that nothing maps; how many. Any allocation may do
 * that, and take clean pages of files out of page tables (core/mm/clean.c). */
u64 pagecache_reclaim(u64 pages);

#endif
