/* For the loader, readahead(2) and fadvise(2). */
#include "kernel.h"
#include "vfs.h"

void vnode_readahead(struct vnode *v, u64 pos, u64 n)
{
	void *page;

	if (!S_ISREG(v->mode) || !v->ops->getpage || v->ops->truncate || pos >= v->size || (v->ops->direct && v->ops->direct(v, pos)))
		return;
	u64 end = min(n, v->size - pos) + pos;
	for (u64 i = pos / PAGE_SIZE; i < (end + PAGE_SIZE - 1) / PAGE_SIZE; i++) {
		if (radix_get(&v->pages, i))
			continue;
		if (!v->loading)
			v->next_read = i;	/* counts as sequential */
		if (v->ops->getpage(v, i, false, &page))
			return;
		page_put(page);
	}
}
