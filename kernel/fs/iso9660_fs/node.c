/* Vnodes of what is in use, and of what is worth keeping: files with pages in
 * the cache and directories with an index stay until memory is short. */
#include "iso9660.h"

struct iso *iso_mounts;

static long readlink(struct vnode *v, char *buf, size_t size)
{
	size = min(size, v->size);
	memcpy(buf, NODE(v)->target, size);
	return size;
}

static const struct vnode_ops file_ops = { .getpage = iso_getpage, .direct = iso_direct, .release = iso_node_release };
static const struct vnode_ops link_ops = { .readlink = readlink, .release = iso_node_release };
static const struct vnode_ops special_ops = { .release = iso_node_release };

static struct iso_node **bucket(struct iso *fs, u64 ino)
{
	return &fs->nodes[(ino ^ ino >> 6) % fs->buckets];
}

static struct iso_node *find(struct iso *fs, u64 ino)
{
	struct iso_node *n = *bucket(fs, ino);

	while (n && n->v.ino != ino)
		n = n->next;
	return n;
}

struct iso_node *iso_node_new(struct iso *fs, const struct vnode_ops *ops, u32 extents)
{
	struct iso_node *n = kzalloc(sizeof(*n) + extents * sizeof(*n->extents));

	if (n) {
		n->v.ops = ops;
		n->fs = fs;
		n->extent_count = extents;
	}
	return n;
}

void iso_node_set(struct iso_node *n, struct mount *m, const struct iso_entry *e)
{
	struct vnode *v = &n->v;

	v->mode = e->mode;
	v->nlink = e->nlink;
	v->uid = e->uid;
	v->gid = e->gid;
	v->ino = e->ino;
	v->size = e->size;
	v->rdev = e->rdev;
	v->mtime_ns = e->mtime_ns;
	v->atime_ns = e->atime_ns;
	v->ctime_ns = e->ctime_ns;
	v->mount = m;
}

void iso_node_add(struct iso_node *n)
{
	struct iso_node **b = bucket(n->fs, n->v.ino);

	n->next = *b;
	*b = n;
}

static void node_free(struct iso_node *n)
{
	void *p;

	for (u64 i = 0; (p = radix_next(&n->v.pages, &i)); i++)
		page_put(p);
	radix_free(&n->v.pages);
	iso_index_free(n);
	kfree(n->target);
	kfree(n);
}

static bool worth_keeping(const struct iso_node *n)
{
	return n->v.refs || n->v.pages.root || n->index;
}

/* Its own reference to the root keeps that in use whatever becomes of the chain of parents. */
static void hold(struct iso_node *n)
{
	if (!n->v.refs++)
		vnode_get(n->fs->root);
}

void iso_node_release(struct vnode *v)
{
	struct iso_node *n = NODE(v);
	struct iso *fs = n->fs;

	if (v == fs->root) {
		iso_free(fs);
		return;
	}
	if (!worth_keeping(n)) {
		struct iso_node **at = bucket(fs, v->ino);
		while (*at != n)
			at = &(*at)->next;
		*at = n->next;
		node_free(n);
	}
	vnode_put(fs->root);
}

/* The target of the link E. */
static int link_read(struct iso_node *dir, struct iso_entry *e, char **out)
{
	char *buf = kmalloc(PATH_MAX);

	if (!buf)
		return -ENOMEM;
	int r = iso_entry(dir, e->offset, e, buf);
	if (r > 0 && e->target_len < PATH_MAX) {
		buf[e->target_len] = 0;
		*out = kstrdup(buf);
		e->size = *out ? strlen(*out) : 0;
	}
	kfree(buf);
	return r < 0 ? r : !r || e->target_len == PATH_MAX ? -EIO : *out ? 0 : -ENOMEM;
}

static const struct vnode_ops *ops_of(u32 mode)
{
	return S_ISDIR(mode) ? &iso_dir_ops : S_ISREG(mode) ? &file_ops : S_ISLNK(mode) ? &link_ops : &special_ops;
}

int iso_node_of(struct iso_node *dir, struct iso_entry *e, struct vnode **out)
{
	struct iso *fs = dir->fs;
	struct iso_node *n = find(fs, e->ino), *new = NULL;
	int err;

	if (!n) {
		char *target = NULL;
		if (S_ISLNK(e->mode) && (err = link_read(dir, e, &target)))
			return err;
		if (!(new = iso_node_new(fs, ops_of(e->mode), e->extents))) {
			kfree(target);
			return -ENOMEM;
		}
		new->target = target;
		if ((S_ISREG(e->mode) || S_ISDIR(e->mode)) && (err = iso_extents(dir, e, new->extents))) {
			node_free(new);
			return err;
		}
		iso_node_set(new, dir->v.mount, e);
		n = find(fs, e->ino);	/* another thread may have come first, while this one slept */
	}
	if (!n)
		iso_node_add(n = new);
	else if (new)
		node_free(new);
	if (S_ISDIR(n->v.mode) != S_ISDIR(e->mode))	/* a file's record where a directory has its own */
		return -EIO;
	hold(n);
	*out = &n->v;
	return 0;
}

void iso_free(struct iso *fs)
{
	struct iso **at = &iso_mounts;

	while (*at && *at != fs)
		at = &(*at)->next;
	if (*at)
		*at = fs->next;
	for (u32 i = 0; i < fs->buckets; i++)
		while (fs->nodes[i]) {
			struct iso_node *n = fs->nodes[i];
			fs->nodes[i] = n->next;
			node_free(n);
		}
	kfree(fs->nodes);
	kfree(fs);
}

static u64 reclaim(struct iso_node **at)
{
	u64 freed = 0;

	while (*at) {
		struct iso_node *n = *at;
		freed += pagecache_drop(&n->v);
		if (!n->v.refs)
			freed += iso_index_free(n);
		if (worth_keeping(n)) {
			at = &n->next;
		} else {
			*at = n->next;
			node_free(n);
		}
	}
	return freed;
}

u64 iso_reclaim(u64 pages)
{
	u64 freed = 0;

	for (struct iso *fs = iso_mounts; fs; fs = fs->next)
		for (u32 i = 0; i < fs->buckets && freed < pages; i++)
			freed += reclaim(&fs->nodes[fs->hand++ % fs->buckets]);
	return freed;
}
