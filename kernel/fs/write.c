/* Writing the contents of regular files, through their pages. */
#include "kernel.h"
#include "linux_file.h"
#include "permission.h"
#include "vfs.h"

#define FILE_MAX	0x7fffffffffffffffUL

long vnode_write(struct vnode *v, const void *buf, size_t n, u64 pos)
{
	size_t done = 0;

	if (!v->ops->truncate)
		return -EROFS;
	if (n && pos >= FILE_MAX)
		return -EFBIG;
	n = min(n, FILE_MAX - pos);
	long allowed = file_size_allow(pos, n);
	if (allowed < 0)
		return allowed;
	n = allowed;
	while (done < n) {
		size_t in = pos % PAGE_SIZE, part = min(n - done, PAGE_SIZE - in);
		u64 old = v->size;
		void *page;

		v->size = max(old, pos + part);	/* getpage refuses what lies behind the end */
		int err = v->ops->getpage(v, pos / PAGE_SIZE, true, &page);
		if (err) {
			v->size = old;
			if (!done)
				return err == -ENOMEM ? -ENOSPC : err;
			break;
		}
		size_t did = user_copy((char *)page + in, (const char *)buf + done, part);
		page_put(page);
		done += did;
		pos += did;
		if (did < part) {
			v->size = max(old, pos);
			if (!done)
				return -EFAULT;
			break;
		}
	}
	if (done) {
		v->mtime_ns = v->ctime_ns = now_realtime();
		identity_written(v);
		file_caps_drop(v);
	}
	return done;
}
