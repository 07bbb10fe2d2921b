/* What programs stored in shared mappings of files that are not the kernel's alone goes back to those files: at msync(2)
 * and munmap(2), and before the machine ends. File systems with such files refer to map_write_back_anchor. */
#include "file_sync.h"
#include "kernel.h"
#include "vfs.h"

const char map_write_back_anchor[1];

int map_write_back(u64 addr, u64 len, bool sync)
{
	u64 end = addr + len;
	struct vma *v;
	int first = 0;

	while ((v = vma_next(addr)) && v->start < end) {
		struct vnode *file = v->file;
		addr = v->end;
		if (!file || !(v->flags & MAP_SHARED) || !file->ops->shared || !file->ops->shared->write_back)
			continue;
		vnode_get(file);	/* it may sleep */
		int err = file->ops->shared->write_back(file, sync);
		vnode_put(file);
		first = first ? first : err;
	}
	return first;
}

void file_systems_sync(bool last)
{
	for (struct file_system *t = file_systems; t; t = t->next)
		if (t->sync)
			t->sync(last);
}
IMPLEMENT(file_systems_sync);
