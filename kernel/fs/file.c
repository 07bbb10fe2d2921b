/* Open files: references. */
#include "inotify.h"
#include "kernel.h"
#include "vfs.h"

/* fs/epoll.c, sys/file/flock.c: where linked, they forget a file that goes away. */
void epoll_forget(struct file *f) __attribute__((weak, noplt));
void flock_forget(struct file *f) __attribute__((weak, noplt));
void async_forget(struct file *f) __attribute__((weak, noplt));	/* sys/file/async.c */

struct file *file_alloc(const struct file_ops *ops, int flags)
{
	struct file *f = kzalloc(sizeof(*f));

	if (f) {
		f->ops = ops;
		f->flags = flags;
		f->refs = 1;
	}
	return f;
}

void file_get(struct file *f)
{
	f->refs++;
}

void file_put(struct file *f)
{
	if (--f->refs)
		return;
	if (f->watchers)
		epoll_forget(f);
	if (f->async)
		async_forget(f);
	if (f->vnode && f->vnode->locks)
		flock_forget(f);
	if (f->vnode && !(f->flags & O_PATH))
		notify_used(f, f->flags & O_ACCMODE ? IN_CLOSE_WRITE : IN_CLOSE_NOWRITE);
	if (f->ops->release)
		f->ops->release(f);
	vnode_put(f->vnode);
	kfree(f->path);
	kfree(f);
}
