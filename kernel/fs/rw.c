/* Contents of regular files, through their pages. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

long vnode_read(struct vnode *v, void *buf, size_t n, u64 pos)
{
	size_t done = 0;

	while (done < n && pos < v->size) {
		size_t in = pos % PAGE_SIZE, left = min(n - done, v->size - pos), part;
		const void *p;
		void *page;
		int err;

		if (v->ops->direct && (p = v->ops->direct(v, pos))) {
			part = left;
			memcpy((char *)buf + done, p, part);
		} else {
			part = min(left, PAGE_SIZE - in);
			if (vnode_run(v, pos / PAGE_SIZE, NULL)) {
				memset((char *)buf + done, 0, part);
			} else {
				if (!v->ops->getpage)
					return -EINVAL;
				if ((err = v->ops->getpage(v, pos / PAGE_SIZE, false, &page)))
					return done ? (long)done : err == -EFAULT ? 0 : err;
				memcpy((char *)buf + done, (char *)page + in, part);
				page_put(page);
			}
		}
		done += part;
		pos += part;
	}
	return done;
}
