/* Open folders. Their entries are gathered when the first is asked for, and again after a rewind, as Linux's overlayfs does:
 * positions are numbers of entries. */
#include "ovl.h"

#define BUCKETS	256

struct entry {
	u64 ino;
	u32 next;	/* of the same bucket, + 1 */
	u32 name;	/* in names */
	u8 type;
	bool white;	/* what is below is hidden */
};

struct dir {
	struct vnode *v;
	struct waitq turn;
	bool busy, filled, below;
	struct text entries, names;
	u32 buckets[BUCKETS];
	u32 *shown, count;
};

int ovl_each(struct vnode *real, ovl_entry *fn, void *arg)
{
	char name[NAME_ROOM];
	u64 cookie = 0, ino;
	u8 type;
	struct file *f = NULL;
	int r = real->ops->shared ? vnode_open(real, O_RDONLY | O_DIRECTORY, &f) : 0;

	while (!r && (r = f ? real->ops->shared->readdir(f, &cookie, name, &ino, &type) : real->ops->readdir(real, &cookie, name, &ino, &type)) > 0)
		r = fn(arg, name, ino, type);
	if (f)
		file_put(f);
	return r;
}

static struct entry *entry_at(struct dir *d, u32 i) { return (struct entry *)d->entries.buf + i; }
static u32 entry_count(const struct dir *d) { return d->entries.len / sizeof(struct entry); }

static u32 hash(const char *s)
{
	u32 h = 2166136261u;	/* FNV-1a */

	while (*s)
		h = (h ^ (u8)*s++) * 16777619;
	return h % BUCKETS;
}

static struct entry *find(struct dir *d, const char *name)
{
	for (u32 i = d->buckets[hash(name)]; i; i = entry_at(d, i - 1)->next)
		if (!strcmp(d->names.buf + entry_at(d, i - 1)->name, name))
			return entry_at(d, i - 1);
	return NULL;
}

static int add(struct dir *d, const char *name, u64 ino, u8 type, bool white)
{
	u32 *b = &d->buckets[hash(name)];
	struct entry e = { .ino = ino, .next = *b, .name = d->names.len, .type = type, .white = white };

	text_add(&d->names, name, strlen(name) + 1);
	text_add(&d->entries, &e, sizeof(e));
	if (d->names.failed || d->entries.failed)
		return -ENOMEM;
	*b = entry_count(d);
	return 0;
}

/* What was below has the number that it had there, which its vnode knows. In a folder of the host's that is asked only of
 * what is at its old place: each would be a question to the host. */
static void number(struct dir *d, struct entry *e, const char *name)
{
	struct vnode *v;

	if (!ovl_lookup(d->v, name, strlen(name), &v)) {
		e->ino = v->ino;
		vnode_put(v);
	}
}

static int add_upper(void *arg, const char *name, u64 ino, u8 type)
{
	struct dir *d = arg;
	bool white = ovl_is_whiteout(name);

	if (white)
		name += ovl_prefix();
	struct entry *e = find(d, name);
	if (e && white)
		e->white = true;
	if (e && !white)	/* its whiteout came first */
		e->type = type;
	int err = e ? 0 : add(d, name, 0, white ? 0 : type, white);
	if (!err && !white) {
		e = find(d, name);
		e->ino = ovl_upper_ino(ino);
		if (!ovl_store)
			number(d, e, name);
	}
	return err;
}

static int add_lower(void *arg, const char *name, u64 ino, u8 type)
{
	struct dir *d = arg;
	struct entry *e = find(d, name);

	if (ovl_reserved(name, strlen(name)))
		return 0;
	if (!e)
		return add(d, name, ino, type, false);
	if (e->type)
		number(d, e, name);
	return 0;
}

static void empty(struct dir *d)
{
	kfree(d->entries.buf);
	kfree(d->names.buf);
	d->entries = d->names = (struct text){ 0 };
	memset(d->buckets, 0, sizeof(d->buckets));
	d->filled = false;
}

static int fill(struct dir *d)
{
	struct ovl_node *n = ovl_node(d->v);

	empty(d);
	int err = n->upper ? ovl_each(n->upper, add_upper, d) : 0;
	if (!err && n->lower)
		err = ovl_each(n->lower, add_lower, d);
	d->filled = !err;
	return err;
}

static const struct file_ops dir_file_ops;

int ovl_dir_open(struct vnode *v, struct file *f)
{
	struct dir *d = kzalloc(sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->v = v;	/* F holds it */
	d->turn = (struct waitq)WAITQ_INIT(d->turn);
	f->data = d;
	f->ops = &dir_file_ops;
	return 0;
}

static void dir_release(struct file *f)
{
	struct dir *d = f->data;

	empty(d);
	kfree(d);
}

static long dir_seek(struct file *f, s64 offset, int whence)
{
	return whence == SEEK_END ? -EINVAL : seek_simple(f, offset, whence);
}

int ovl_dir_readdir(struct file *f, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	struct dir *d = f->data;
	int r = 0;

	while (d->busy)
		wait_on(&d->turn, FOREVER, false);
	d->busy = true;
	if (!d->filled || !*cookie)
		r = fill(d);
	while (!r && *cookie < entry_count(d)) {
		struct entry *e = entry_at(d, (*cookie)++);
		const char *s = d->names.buf + e->name;
		if (!e->type)
			continue;
		memcpy(name, s, strlen(s) + 1);
		*ino = e->ino;
		*type = e->type;
		r = 1;
	}
	d->busy = false;
	wake_all(&d->turn);
	return r;
}

static const struct file_ops dir_file_ops = { .seek = dir_seek, .release = dir_release };
