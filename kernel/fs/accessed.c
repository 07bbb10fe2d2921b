/* Times of access, as "relatime" has them (mount(8)): brought up to date if they are behind another time, or a day old. */
#include "kernel.h"
#include "vfs.h"

#define DAY	(86400UL * 1000000000)

void vnode_accessed(struct vnode *v)
{
	u64 now = now_realtime();

	if (!v->mount || v->mount->readonly || (v->ops->shared && !v->ops->shared->alone))
		return;
	if (v->atime_ns <= v->mtime_ns || v->atime_ns <= v->ctime_ns || now - v->atime_ns >= DAY)
		v->atime_ns = now;
}

void link_followed(struct vnode *link)
{
	vnode_accessed(link);
}
