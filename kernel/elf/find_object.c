/* _dl_find_object() of glibc 2.35, which Debian's libgcc_s asks for each frame
 * of an unwind: the object of an address and its .eh_frame_hdr. */
#include "dynlink.h"

struct dl_find_object {
	u64 flags;
	void *map_start, *map_end;
	struct link_map *link_map;
	void *eh_frame;
	u64 reserved[7];
};

EXPORT int _dl_find_object(void *pc, struct dl_find_object *result)
{
	KERNEL_LOCK();
	struct module *m = module_of((u64)pc);

	for (unsigned i = 0; m && i < m->phnum; i++)
		if (m->phdrs[i].type == PT_GNU_EH_FRAME) {
			*result = (struct dl_find_object){ 0, (void *)m->start, (void *)m->end, &m->map,
				(void *)(m->bias + m->phdrs[i].vaddr) };
			return 0;
		}
	return -1;
}
