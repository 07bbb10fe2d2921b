/* What flock(2) and fcntl(2) note of a vnode. */
#include "file.h"
#include "record_lock.h"

struct flock_state *file_locks(struct vnode *v)
{
	struct flock_state *s = v->locks;

	if (!s && (s = v->locks = kzalloc(sizeof(*s)))) {
		list_init(&s->holders);
		list_init(&s->records);
		waitq_init(&s->waiters);
		waitq_init(&s->record_waiters);
	}
	return s;
}

/* flock.c and record_lock.c, whichever is linked. */
OPTIONAL void flock_drop(struct vnode *v, struct file *f) {}
OPTIONAL void record_forget(struct file *f) {}

/* file_put() of the last reference of a file whose vnode has locks. */
void flock_forget(struct file *f)
{
	struct flock_state *s = f->vnode->locks;

	flock_drop(f->vnode, f);
	record_forget(f);
	if (f->vnode->refs == 1 && list_empty(&s->holders) && list_empty(&s->records)) {
		f->vnode->locks = NULL;
		kfree(s);
	}
}
