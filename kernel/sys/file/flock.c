/* flock(2): locks of open files, also between two of one process. */
#include "file.h"
#include "record_lock.h"

#define LOCK_SH	1
#define LOCK_EX	2
#define LOCK_NB	4
#define LOCK_UN	8
#define LOCK_MAND 32

struct holder {
	struct list link;
	struct file *f;
	bool exclusive;
};

static struct holder *find(struct flock_state *s, struct file *f)
{
	struct holder *h;

	list_each(h, &s->holders, link)
		if (h->f == f)
			return h;
	return NULL;
}

void flock_drop(struct vnode *v, struct file *f)
{
	struct holder *h = v->locks ? find(v->locks, f) : NULL;

	if (h) {
		list_remove(&h->link);
		kfree(h);
		wake_all(&v->locks->waiters);
	}
}

static bool conflict(struct flock_state *s, struct file *f, bool exclusive)
{
	struct holder *h;

	list_each(h, &s->holders, link)
		if (h->f != f && (exclusive || h->exclusive))
			return true;
	return false;
}

long sys_flock(int fd, int op)
{
	KERNEL_LOCK();
	if (op & LOCK_MAND)	/* kept for programs, and without effect since Linux 5.16 */
		return 0;
	int how = op & ~LOCK_NB;
	if (how != LOCK_SH && how != LOCK_EX && how != LOCK_UN)
		return -EINVAL;
	FD_FILE(f, fd);
	struct vnode *v = f->vnode;
	if (how == LOCK_UN) {
		flock_drop(v, f);
		return 0;
	}
	if (!file_locks(v))
		return -ENOMEM;
	struct holder *h = find(v->locks, f);
	if (h && h->exclusive == (how == LOCK_EX))
		return 0;
	flock_drop(v, f);	/* changing the kind is not atomic, as on Linux */
	while (conflict(v->locks, f, how == LOCK_EX)) {
		if (op & LOCK_NB)
			return -EAGAIN;
		int err = wait_on(&v->locks->waiters, FOREVER, true);
		if (err)
			return err;
	}
	if (!(h = kmalloc(sizeof(*h))))
		return -ENOMEM;
	*h = (struct holder){ .f = f, .exclusive = how == LOCK_EX };
	list_append(&v->locks->holders, &h->link);
	return 0;
}
SYSCALL(73, flock, FULL);
