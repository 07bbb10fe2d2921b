/* Areas that mprotect() may not make writable: of files that were not opened for writing, of segments attached to be
 * read, of sealed files. Whoever makes such areas refers to map_no_write. */
#include "kernel.h"
#include "memfd.h"
#include "vfs.h"

const char map_no_write[1];

bool map_no_write_at(u64 addr, u64 len)
{
	for (struct vma *v = vma_next(addr); v && v->start < addr + len; v = vma_next(v->end))
		if (v->flags & VMA_NO_WRITE || (v->file && v->flags & MAP_SHARED && memfd_no_write_map(v->file)))
			return true;
	return false;
}
