/* Directories in memory: a hash table for names, a list in order of age for readdir. */
#include "kernel.h"
#include "linux_file.h"
#include "ramfs.h"

static u32 hash_of(const char *name, size_t len)
{
	u32 h = 2166136261u;	/* FNV-1a */

	while (len--)
		h = (h ^ (u8)*name++) * 16777619;
	return h;
}

struct ram_entry *ram_find(struct vnode *dir, const char *name, size_t len)
{
	struct ram_dir *d = &RAM(dir)->dir;
	u32 h = hash_of(name, len);

	if (!d->size)
		return NULL;
	for (struct ram_entry *e = d->buckets[h & (d->size - 1)]; e; e = e->next)
		if (e->hash == h && e->len == len && !memcmp(e->name, name, len))
			return e;
	return NULL;
}

static void grow(struct ram_dir *d)
{
	u32 size = d->size ? d->size * 2 : 8;
	struct ram_entry **buckets = kzalloc(size * sizeof(*buckets)), *e;

	if (!buckets)
		return;
	list_each(e, &d->order, order) {
		struct ram_entry **b = &buckets[e->hash & (size - 1)];
		e->next = *b;
		*b = e;
	}
	kfree(d->buckets);
	d->buckets = buckets;
	d->size = size;
}

/* Takes a reference of V. */
int ram_add(struct vnode *dir, const char *name, size_t len, struct vnode *v)
{
	struct ram_dir *d = &RAM(dir)->dir;
	struct ram_entry *e = kmalloc(sizeof(*e) + len);

	if (d->count >= d->size)
		grow(d);
	if (!e || !d->size) {
		kfree(e);
		return -ENOSPC;
	}
	memcpy(e->name, name, e->len = len);
	e->hash = hash_of(name, len);
	e->id = ++d->next_id;
	vnode_get(e->v = v);
	struct ram_entry **b = &d->buckets[e->hash & (d->size - 1)];
	e->next = *b;
	*b = e;
	list_append(&d->order, &e->order);
	d->count++;
	dir->size += ENTRY_BYTES;
	if (S_ISDIR(v->mode))
		dir->nlink++;
	vnode_adopt(dir, name, len, v);
	dir->mtime_ns = dir->ctime_ns = now_realtime();
	return 0;
}

/* If E is the name that its vnode was found by. What has no other stays where it was: for ".." of those who are still in
 * it, and for /proc. */
static void forget_place(struct vnode *dir, struct ram_entry *e)
{
	if (e->v->nlink && e->v->parent == dir && strlen(e->v->name) == e->len && !memcmp(e->v->name, e->name, e->len))
		vnode_orphan(e->v);
}

void ram_del(struct vnode *dir, struct ram_entry *e)
{
	struct ram_dir *d = &RAM(dir)->dir;
	struct ram_entry **b = &d->buckets[e->hash & (d->size - 1)];
	struct vnode *v = e->v;

	forget_place(dir, e);
	while (*b != e)
		b = &(*b)->next;
	*b = e->next;
	list_remove(&e->order);
	kfree(e);
	d->count--;
	dir->size -= ENTRY_BYTES;
	dir->mtime_ns = dir->ctime_ns = now_realtime();
	if (S_ISDIR(v->mode))
		dir->nlink--;
	vnode_put(v);
}

int ram_readdir(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	struct ram_entry *e;

	list_each(e, &RAM(dir)->dir.order, order)
		if (e->id > *cookie) {
			memcpy(name, e->name, e->len);
			name[e->len] = 0;
			*ino = e->v->ino;
			*type = MODE_TO_DT(e->v->mode);
			*cookie = e->id;
			return 1;
		}
	return 0;
}

/* E, in FROM, becomes W: what overlayfs takes for a name that was removed. */
static void white_out(struct vnode *from, struct ram_entry *e, struct vnode *w)
{
	struct vnode *v = e->v;

	e->v = w;
	if (S_ISDIR(v->mode))
		from->nlink--;
	vnode_adopt(from, e->name, e->len, w);
	vnode_put(v);
}

/* The caller (sys/file/rename.c) has checked kinds, loops and mounts. Flags: RENAME_EXCHANGE (2), RENAME_WHITEOUT (4). */
int ram_rename(struct vnode *from, const char *name, size_t len, struct vnode *to, const char *new_name, size_t new_len, unsigned flags)
{
	struct ram_entry *e = ram_find(from, name, len), *old = ram_find(to, new_name, new_len);
	struct vnode *v, *gone = NULL, *w = NULL;
	int err;

	if (!e || (flags & 2 && !old))
		return -ENOENT;
	if (!to->nlink)
		return -ENOENT;
	vnode_get(v = e->v);
	if (old)
		vnode_get(gone = old->v);
	if (flags & 2) {
		bool v_dir = S_ISDIR(v->mode), g_dir = S_ISDIR(gone->mode);
		forget_place(from, e);
		forget_place(to, old);
		e->v = gone;	/* the entries keep their references */
		old->v = v;
		from->nlink += g_dir - v_dir;
		to->nlink += v_dir - g_dir;
		vnode_adopt(to, new_name, new_len, v);
		vnode_adopt(from, name, len, gone);
		err = 0;
	} else {
		if (old && S_ISDIR(gone->mode) && RAM(gone)->dir.count) {
			err = -ENOTEMPTY;
			goto out;
		}
		if (flags & 4 && !(w = ram_new(from->mount, S_IFCHR, 0))) {
			err = -ENOSPC;
			goto out;
		}
		forget_place(from, e);
		if ((err = ram_add(to, new_name, new_len, v))) {
			vnode_adopt(from, name, len, v);
			vnode_put(w);
			goto out;
		}
		if (w)
			white_out(from, e, w);
		else
			ram_del(from, e);
		if (old) {
			gone->nlink -= S_ISDIR(gone->mode) ? 2 : 1;
			ram_del(to, old);
		}
	}
	u64 now = now_realtime();
	v->ctime_ns = now;
	from->mtime_ns = from->ctime_ns = to->mtime_ns = to->ctime_ns = now;
	if (gone)
		gone->ctime_ns = now;
out:
	vnode_put(v);
	vnode_put(gone);
	return err;
}
