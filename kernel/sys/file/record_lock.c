/* Record locks (fcntl(2)). Those of the process never conflict with each other, as there is one process; those of open
 * files (F_OFD_*) do, with each other and with the process's. */
#include "file.h"
#include "record_lock.h"

#define F_RDLCK		0
#define F_WRLCK		1
#define F_UNLCK		2
#define END_MAX		0x7fffffffffffffffL
#define ENOLCK		37

struct record {
	struct list link;
	struct file *owner;	/* NULL: the process */
	bool exclusive;
	s64 start, end;		/* inclusive */
};

/* The bytes that L means. */
static int range_of(struct file *f, const struct flock *l, s64 *start, s64 *end)
{
	s64 base = l->whence == SEEK_CUR ? (s64)f->pos : l->whence == SEEK_END ? (s64)f->vnode->size : 0;

	if (__builtin_add_overflow(base, l->start, start))
		return -EOVERFLOW;
	if (*start < 0)
		return -EINVAL;
	*end = END_MAX;
	if (l->len > 0) {
		if (__builtin_add_overflow(*start, l->len - 1, end))
			return -EOVERFLOW;
	} else if (l->len < 0) {
		*end = *start - 1;
		*start += l->len;
		if (*start < 0)
			return -EINVAL;
	}
	return 0;
}

static struct record *conflict(struct flock_state *s, const struct record *r)
{
	struct record *o;

	list_each(o, &s->records, link)
		if (o->owner != r->owner && o->start <= r->end && r->start <= o->end && (o->exclusive || r->exclusive))
			return o;
	return NULL;
}

/* Takes R's bytes away from what its owner holds. REST is used if one lock becomes two; whether it was. */
static bool cut(struct flock_state *s, const struct record *r, struct record *rest)
{
	struct list *l, *next;
	bool used = false;

	for (l = s->records.next; l != &s->records; l = next) {
		struct record *o = container_of(l, struct record, link);
		next = l->next;
		if (o->owner != r->owner || o->start > r->end || r->start > o->end)
			continue;
		if (o->start < r->start && o->end > r->end) {
			*rest = *o;
			rest->start = r->end + 1;
			list_append(&s->records, &rest->link);
			o->end = r->start - 1;
			used = true;
		} else if (o->start < r->start) {
			o->end = r->start - 1;
		} else if (o->end > r->end) {
			o->start = r->end + 1;
		} else {
			list_remove(l);
			kfree(o);
		}
	}
	wake_all(&s->record_waiters);
	return used;
}

static long ask(struct flock_state *s, const struct record *r, struct flock *user)
{
	struct record *o = conflict(s, r);

	CHECK_WRITE(user, sizeof(*user));
	if (o)
		*user = (struct flock){ .type = o->exclusive ? F_WRLCK : F_RDLCK, .whence = SEEK_SET, .start = o->start,
			.len = o->end == END_MAX ? 0 : o->end - o->start + 1, .pid = o->owner ? -1 : 1 };
	else
		user->type = F_UNLCK;
	return 0;
}

/* Neighbours of one owner and kind are one lock. */
static void join(struct flock_state *s, struct record *new)
{
	struct list *l, *next;

	for (l = s->records.next; l != &s->records; l = next) {
		struct record *o = container_of(l, struct record, link);
		next = l->next;
		if (o == new || o->owner != new->owner || o->exclusive != new->exclusive)
			continue;
		if ((u64)o->end + 1 != (u64)new->start && (u64)new->end + 1 != (u64)o->start)
			continue;
		new->start = min(new->start, o->start);
		new->end = max(new->end, o->end);
		list_remove(l);
		kfree(o);
	}
}

static long set(struct flock_state *s, const struct record *r, bool unlock, bool wait)
{
	struct record *o;

	while (!unlock && conflict(s, r)) {
		int err = wait ? wait_on(&s->record_waiters, FOREVER, true) : -EAGAIN;
		if (err)
			return err;
	}
	struct record *new = unlock ? NULL : kmalloc(sizeof(*new)), *rest = kmalloc(sizeof(*rest));
	if (!rest || (!unlock && !new)) {
		kfree(new);
		kfree(rest);
		return -ENOLCK;
	}
	if (!cut(s, r, rest))
		kfree(rest);
	if (!unlock) {
		*new = *r;
		list_each(o, &s->records, link)
			if (o->start > r->start)
				break;
		list_insert(o->link.prev, &new->link);
		join(s, new);
	}
	return 0;
}

long record_lock(struct file *f, int cmd, struct flock *user)
{
	bool ofd = cmd >= F_OFD_GETLK, get = cmd == F_GETLK || cmd == F_OFD_GETLK;
	int mode = f->flags & O_ACCMODE;

	CHECK_READ(user, sizeof(*user));
	struct flock l = *user;
	if (l.type < F_RDLCK || l.type > F_UNLCK || l.whence < SEEK_SET || l.whence > SEEK_END || (get && l.type == F_UNLCK) ||
	    (ofd && l.pid))
		return -EINVAL;
	struct record r = { .owner = ofd ? f : NULL, .exclusive = l.type == F_WRLCK };
	int err = range_of(f, &l, &r.start, &r.end);
	if (err)
		return err;
	if (!get && ((l.type == F_RDLCK && mode == O_WRONLY) || (l.type == F_WRLCK && mode == O_RDONLY)))
		return -EBADF;
	struct flock_state *s = file_locks(f->vnode);
	if (!s)
		return -ENOLCK;
	return get ? ask(s, &r, user) : set(s, &r, l.type == F_UNLCK, cmd == F_SETLKW || cmd == F_OFD_SETLKW);
}

/* The last reference of F goes away: what it holds is free, and, as POSIX has it, what the process holds of the same vnode. */
void record_forget(struct file *f)
{
	struct flock_state *s = f->vnode->locks;

	cut(s, &(struct record){ .owner = f, .end = END_MAX }, NULL);
	cut(s, &(struct record){ .end = END_MAX }, NULL);
}

/* fs/fd.c: whichever descriptor of a file is closed. */
void record_close(struct file *f)
{
	if (f->vnode->locks)
		cut(f->vnode->locks, &(struct record){ .end = END_MAX }, NULL);
}
