/* inotify(7): watches, and the events that wait to be read. */
#include "inotify.h"
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

struct inotify_event {
	int wd;
	u32 mask, cookie, len;
};

struct event {
	struct list link;
	struct inotify_event head;
	char name[];		/* padded to head.len */
};

struct watch {
	struct inotify *in;
	struct vnode *v;	/* a reference */
	struct watch *next;	/* of the same vnode */
	struct list link, all;
	u32 mask;
	int wd;
};
static struct list all_watches = LIST_INIT(all_watches);

/* Events of an open file go to the directory that it was opened in, by the name that it has there, or had: files with
 * several names tell by which. */
struct opened {
	struct list link;	/* in open_files */
	struct file *f;
	struct vnode *dir;	/* a reference */
	bool gone;		/* the name was removed: IN_EXCL_UNLINK */
	char name[];
};
static struct list open_files = LIST_INIT(open_files);

struct inotify {
	struct list watches, events;
	struct waitq q;
	u32 queued;
	int last_wd;
};

static u32 watch_count;		/* of all: 0 makes events cheap */
static u32 instances;

static bool same(const struct event *e, const struct inotify_event *h, const char *name)
{
	return e->head.mask == h->mask && e->head.wd == h->wd && e->head.len == h->len && !(h->mask & IN_IGNORED) &&
		(!h->len || !strcmp(e->name, name));
}

/* One that equals the last that waits is not told again. */
static void queue(struct inotify *in, int wd, u32 mask, u32 cookie, const char *name)
{
	size_t n = name ? strlen(name) : 0;
	struct inotify_event h = { wd, mask, cookie, n ? align_up(n + 1, sizeof(h)) : 0 };
	struct event *last = container_of(in->events.prev, struct event, link);

	if (in->queued && (same(last, &h, name) || last->head.mask == IN_Q_OVERFLOW))
		return;
	if (in->queued >= INOTIFY_QUEUED_MAX)
		h = (struct inotify_event){ -1, IN_Q_OVERFLOW };
	struct event *e = kzalloc(sizeof(*e) + h.len);
	if (!e)
		return;
	e->head = h;
	if (h.len)
		memcpy(e->name, name, n);
	list_append(&in->events, &e->link);
	in->queued++;
	wake_all_for(&in->q, POLLIN | POLLRDNORM);
}

static void unlink_watch(struct watch *w)
{
	struct watch **p = &w->v->watches;

	while (*p != w)
		p = &(*p)->next;
	*p = w->next;
	list_remove(&w->link);
	list_remove(&w->all);
	watch_count--;
	vnode_put(w->v);
	kfree(w);
}

static void end_watch(struct watch *w)
{
	struct inotify *in = w->in;
	int wd = w->wd;

	unlink_watch(w);
	queue(in, wd, IN_IGNORED, 0, NULL);
}

static void tell_watch(struct watch *w, u32 mask, u32 cookie, const char *name, u32 except)
{
	if (!(mask & w->mask & IN_ALL_EVENTS) || w->mask & except)
		return;
	queue(w->in, w->wd, mask, cookie, name);
	if (w->mask & IN_ONESHOT)
		end_watch(w);
}

/* Tells all who watch V. EXCEPT: IN_EXCL_UNLINK leaves out who asked for that. */
static void tell_but(struct vnode *v, u32 mask, u32 cookie, const char *name, u32 except)
{
	struct watch *w, *next;

	for (w = v ? v->watches : NULL; w; w = next) {
		next = w->next;
		tell_watch(w, mask, cookie, name, except);
	}
	if (!v || !vnode_in_proc(v))
		return;
	/* Each walk in /proc makes vnodes of its own. */
	for (w = list_first(&all_watches, struct watch, all); &w->all != &all_watches; w = next) {
		next = list_first(&w->all, struct watch, all);
		if (w->v != v && w->v->mount == v->mount && w->v->ino == v->ino)
			tell_watch(w, mask, cookie, name, except);
	}
}

static void tell(struct vnode *v, u32 mask, u32 cookie, const char *name)
{
	tell_but(v, mask, cookie, name, 0);
}

static u32 with_kind(const struct vnode *v, u32 mask)
{
	return S_ISDIR(v->mode) ? mask | IN_ISDIR : mask;
}

static struct opened *opened_at(struct file *f, struct vnode *dir, const char *name)
{
	struct opened *o = dir && name ? kmalloc(sizeof(*o) + strlen(name) + 1) : NULL;

	if (o) {
		*o = (struct opened){ .f = f, .dir = dir };
		memcpy(o->name, name, strlen(name) + 1);
		vnode_get(dir);
		list_append(&open_files, &o->link);
	}
	return o;
}

static void closed(struct opened *o)
{
	list_remove(&o->link);
	vnode_put(o->dir);
	kfree(o);
}

void notify_opened(struct file *f, const struct path *p)
{
	bool named = p->parent && !p->followed;

	f->opened = named ? opened_at(f, p->parent, p->name) : opened_at(f, f->vnode->parent, f->vnode->name);
	if (f->opened && !f->vnode->nlink)
		f->opened->gone = true;
	notify_used(f, IN_OPEN);
}
IMPLEMENT(notify_opened);

void notify_used(struct file *f, u32 mask)
{
	struct opened *o = f->opened;

	if (watch_count) {
		u32 except = o && o->gone ? IN_EXCL_UNLINK : 0;
		mask = with_kind(f->vnode, mask);
		if (o)
			tell_but(o->dir, mask, 0, o->name, except);
		tell_but(f->vnode, mask, 0, NULL, except);
	}
	if (o && mask & (IN_CLOSE_WRITE | IN_CLOSE_NOWRITE))
		closed(o);
}
IMPLEMENT(notify_used);

/* V has several names or none, and somebody has it open: by this one. */
static struct opened *opened_as(struct vnode *v)
{
	struct opened *o, *found = NULL;

	list_each(o, &open_files, link)
		if (o->f->vnode == v)
			found = o;
	return found;
}

void notify_file(struct vnode *v, u32 mask)
{
	if (!watch_count)
		return;
	struct opened *o = v->parent && v->nlink == 1 ? NULL : opened_as(v);
	mask = with_kind(v, mask);
	if (o)
		tell(o->dir, mask, 0, o->name);
	else if (v->name)
		tell(v->parent, mask, 0, v->name);
	tell(v, mask, 0, NULL);
}
IMPLEMENT(notify_file);

void notify_self(struct vnode *v, u32 mask)
{
	if (watch_count)
		tell(v, with_kind(v, mask), 0, NULL);
}
IMPLEMENT(notify_self);

void notify_entry(struct vnode *dir, const char *name, struct vnode *v, u32 mask)
{
	struct vnode *found = NULL;
	struct opened *o;

	list_each(o, &open_files, link)
		if (mask & IN_DELETE && o->dir == dir && !strcmp(o->name, name))
			o->gone = true;
	if (!watch_count || !dir->watches)
		return;
	if (!v && !vfs_lookup(dir, name, LOOKUP_NOFOLLOW, &found))
		v = found;
	tell(dir, v ? with_kind(v, mask) : mask, 0, name);
	vnode_put(found);
}
IMPLEMENT(notify_entry);

/* Those who have V open, or what its new name was of, have it by another name now. */
static void rename_opened(struct vnode *v, struct vnode *from, const char *name, struct vnode *to, const char *new_name, struct vnode *gone)
{
	struct opened *o, *next, *n;

	for (o = list_first(&open_files, struct opened, link); &o->link != &open_files; o = next) {
		next = list_first(&o->link, struct opened, link);
		if (gone && o->f->vnode == gone && o->dir == to && !strcmp(o->name, new_name))
			o->gone = true;
		if (o->f->vnode != v || o->dir != from || strcmp(o->name, name) || !(n = opened_at(o->f, to, new_name)))
			continue;
		o->f->opened = n;
		closed(o);
	}
}

void notify_moved(struct vnode *v, struct vnode *from, const char *name, struct vnode *to, const char *new_name, struct vnode *gone)
{
	static u32 last_cookie;

	rename_opened(v, from, name, to, new_name, gone);
	if (!watch_count)
		return;
	u32 cookie = ++last_cookie;
	tell(from, with_kind(v, IN_MOVED_FROM), cookie, name);
	tell(to, with_kind(v, IN_MOVED_TO), cookie, new_name);
	if (gone)
		notify_self(gone, IN_ATTRIB);
	tell(v, IN_MOVE_SELF, 0, NULL);
}
IMPLEMENT(notify_moved);

void notify_unused(struct vnode *v)
{
	u32 watched = 0;

	for (struct watch *w = v->watches; w; w = w->next)
		watched++;
	if (v->refs != watched)
		return;
	vnode_get(v);
	tell(v, IN_DELETE_SELF, 0, NULL);
	while (v->watches)
		end_watch(v->watches);
	vnode_put(v);
}
IMPLEMENT(notify_unused);

/* Puts, or gives back, the references that W has: of its vnode, and of each above that nothing else uses. */
static void let_go(const struct watch *w)
{
	for (struct vnode *v = w->v; v && !--v->refs; v = v->parent)
		;
}

static void take_back(const struct watch *w)
{
	for (struct vnode *v = w->v; v && !v->refs++; v = v->parent)
		;
}

bool notify_unmount(struct mount *m)
{
	struct watch *w, *next;

	list_each(w, &all_watches, all)
		if (w->v->mount == m)
			let_go(w);
	bool used = m->root->refs > 2;	/* the mount's and the caller's */
	for (w = container_of(all_watches.prev, struct watch, all); &w->all != &all_watches; w = container_of(w->all.prev, struct watch, all))
		if (w->v->mount == m)
			take_back(w);
	for (w = list_first(&all_watches, struct watch, all); !used && &w->all != &all_watches; w = next) {
		next = list_first(&w->all, struct watch, all);
		if (w->v->mount == m) {
			queue(w->in, w->wd, with_kind(w->v, IN_UNMOUNT), 0, NULL);
			end_watch(w);
		}
	}
	return !used;
}
IMPLEMENT(notify_unmount);

static long inotify_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	struct inotify *in = f->data;
	size_t done = 0;

	while (!in->queued) {
		int err = file_wait(f, &in->q, FOREVER);
		if (err)
			return err;
	}
	while (in->queued) {
		struct event *e = list_first(&in->events, struct event, link);
		size_t len = sizeof(e->head) + e->head.len;
		if (len > n - done)
			return done ? (long)done : -EINVAL;
		list_remove(&e->link);	/* the copy may sleep */
		in->queued--;
		memcpy((char *)buf + done, &e->head, len);
		kfree(e);
		done += len;
	}
	return done;
}

static int inotify_poll(struct file *f, struct poll_table *pt)
{
	struct inotify *in = f->data;

	poll_wait(&in->q, pt);
	return in->queued ? POLLIN | POLLRDNORM : 0;
}

static long inotify_ioctl(struct file *f, unsigned long cmd, unsigned long arg)
{
	struct inotify *in = f->data;
	struct event *e;
	int n = 0;

	if (cmd != FIONREAD)
		return -ENOTTY;
	CHECK_WRITE((void *)arg, sizeof(int));
	list_each(e, &in->events, link)
		n += sizeof(e->head) + e->head.len;
	*(int *)arg = n;
	return 0;
}

static void inotify_release(struct file *f)
{
	struct inotify *in = f->data;

	while (!list_empty(&in->watches))
		unlink_watch(list_first(&in->watches, struct watch, link));
	while (!list_empty(&in->events)) {
		struct event *e = list_first(&in->events, struct event, link);
		list_remove(&e->link);
		kfree(e);
	}
	kfree(in);
	instances--;
}

static const struct file_ops inotify_ops = {
	.read = inotify_read, .poll = inotify_poll, .ioctl = inotify_ioctl, .release = inotify_release, .seek = seek_nowhere,
};

int inotify_install(int flags)
{
	struct inotify *in = instances < INOTIFY_INSTANCES_MAX ? kzalloc(sizeof(*in)) : NULL;

	if (!in)
		return instances < INOTIFY_INSTANCES_MAX ? -ENOMEM : -EMFILE;
	instances++;
	list_init(&in->watches);
	list_init(&in->events);
	waitq_init(&in->q);
	return anon_install(&inotify_ops, "anon_inode:inotify", flags, in);
}

struct inotify *inotify_of(struct file *f)
{
	return f->ops == &inotify_ops ? f->data : NULL;
}

void inotify_info(struct text *t, struct file *f)
{
	struct inotify *in = inotify_of(f);
	struct list *l;

	for (l = in ? in->watches.prev : NULL; l && l != &in->watches; l = l->prev) {
		struct watch *w = container_of(l, struct watch, link);
		text_printf(t, "inotify wd:%x ino:%lx sdev:%x mask:%x ignored_mask:0 \n", w->wd, w->v->ino, w->v->mount ? w->v->mount->dev : 0, w->mask);
	}
}

/* As many as fit into 1 % of memory, with the inodes that Linux keeps for them (fs/notify/inotify/inotify_user.c there). */
u32 inotify_watches_max(void)
{
	return min(max(mem_total_pages / 100 * PAGE_SIZE / 1312, 8192UL), 1048576UL);
}

static struct watch *find(struct inotify *in, struct vnode *v)
{
	struct watch *w = v->watches;

	while (w && w->in != in)
		w = w->next;
	return w;
}

long inotify_watch(struct inotify *in, struct vnode *v, u32 mask)
{
	struct watch *w = find(in, v);
	u32 kept = mask & (IN_ALL_EVENTS | IN_ONESHOT | IN_EXCL_UNLINK);

	if (w) {
		if (mask & IN_MASK_CREATE)
			return -EEXIST;
		w->mask = mask & IN_MASK_ADD ? w->mask | kept : kept;
		return w->wd;
	}
	if (watch_count >= inotify_watches_max())
		return -ENOSPC;
	if (!(w = kzalloc(sizeof(*w))))
		return -ENOMEM;
	if (++in->last_wd <= 0)
		in->last_wd = 1;
	*w = (struct watch){ .in = in, .v = v, .next = v->watches, .mask = kept, .wd = in->last_wd };
	vnode_get(v);
	v->watches = w;
	list_append(&in->watches, &w->link);
	list_append(&all_watches, &w->all);
	watch_count++;
	return w->wd;
}

int inotify_forget(struct inotify *in, int wd)
{
	struct watch *w;

	list_each(w, &in->watches, link)
		if (w->wd == wd) {
			end_watch(w);
			return 0;
		}
	return -EINVAL;
}
