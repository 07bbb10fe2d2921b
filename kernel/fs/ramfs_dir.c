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
void ram_forget_place(struct vnode *dir, struct ram_entry *e)
{
	if (e->v->nlink && e->v->parent == dir && strlen(e->v->name) == e->len && !memcmp(e->v->name, e->name, e->len))
		vnode_orphan(e->v);
}

void ram_del(struct vnode *dir, struct ram_entry *e)
{
	struct ram_dir *d = &RAM(dir)->dir;
	struct ram_entry **b = &d->buckets[e->hash & (d->size - 1)];
	struct vnode *v = e->v;

	ram_forget_place(dir, e);
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
