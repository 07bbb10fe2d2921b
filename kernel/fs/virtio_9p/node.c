/* Vnodes of a share. Attributes are the server's: they are asked for whenever they are needed. */
#include "p9.h"

static struct list *bucket(struct share *s, u64 path)
{
	return &s->nodes[(path ^ path >> 16) % BUCKETS];
}

static struct node *find(struct share *s, u64 path, u32 mode)
{
	struct node *n;

	list_each(n, bucket(s, path), same)
		if (n->path == path && !((n->v.mode ^ mode) & S_IFMT))
			return n;
	return NULL;
}

static const struct vnode_ops *ops_of(u32 mode)
{
	return S_ISREG(mode) ? &p9_file_ops : S_ISDIR(mode) ? &p9_dir_ops : S_ISLNK(mode) ? &p9_link_ops : &p9_special_ops;
}

u64 p9_resized;

void p9_node_resize(struct node *n, u64 size)
{
	n->v.size = size;
	n->resized = ++p9_resized;
}

static void apply(struct node *n, const struct attributes *a)
{
	struct vnode *v = &n->v;

	v->mode = a->mode;
	v->uid = a->uid;
	v->gid = a->gid;
	v->nlink = a->nlink;
	v->rdev = a->rdev;
	if (n->resized <= a->asked)
		v->size = a->size;
	v->atime_ns = a->atime_ns;
	v->mtime_ns = a->mtime_ns;
	v->ctime_ns = a->ctime_ns;
	n->blocks = a->blocks;
	n->blksize = a->blksize;
	if (v->pages.root && (n->page_mtime != v->mtime_ns || n->page_size != v->size))
		n->stale = true;
}

static struct node *make(struct share *s, const struct attributes *a)
{
	struct node *n = kzalloc(sizeof(*n));

	if (!n)
		return NULL;
	n->share = s;
	n->path = n->v.ino = a->qid.path;
	n->v.refs = 1;
	list_init(&n->writers);
	list_init(&n->changed);
	n->v.mount = s->mount;
	n->v.ops = ops_of(a->mode);
	list_append(bucket(s, n->path), &n->same);
	return n;
}

int p9_node_find(struct share *s, struct fid *f, struct node **out)
{
	struct attributes a;
	int err = p9_getattr(f, &a);
	struct node *n = err ? NULL : find(s, a.qid.path, a.mode);

	if (!err && n)
		n->v.refs++;
	else if (!err && !(n = make(s, &a)))
		err = -ENOMEM;
	if (err) {
		p9_fid_put(f);
		return err;
	}
	/* The name that it has now may be another one than it had. */
	p9_fid_put(n->fid);
	n->fid = f;
	apply(n, &a);
	*out = n;
	return 0;
}

static struct fid *writer_of(const struct node *n)
{
	return list_empty(&n->writers) ? NULL : list_first(&n->writers, struct fid, writing);
}

/* A fid of N, with one more reference, and what it leads to. The server may know fids by paths only, even those that are
 * open, and others move files: so it is looked which one leads to N still. NULL: none does, the file was removed. */
static int pick(struct node *n, bool for_size, struct fid **out, struct attributes *a)
{
	struct fid *fids[] = { writer_of(n), for_size ? NULL : n->reader, n->fid };
	int err = 0;

	*out = NULL;
	for (u32 i = 0; i < array_len(fids); i++)
		if (fids[i])
			p9_fid_get(fids[i]);
	for (u32 i = 0; i < array_len(fids); i++) {
		struct fid *f = fids[i];
		if (f && !*out && !err) {
			err = p9_getattr(f, a);
			if (!err && a->qid.path == n->path && !((a->mode ^ n->v.mode) & S_IFMT))
				*out = p9_fid_get(f);
			if (err == -ENOENT || err == -ENOTDIR || err == -ESTALE)
				err = 0;
		}
		p9_fid_put(f);
	}
	return err;
}

/* What was known of a file that was removed, but is open yet, is as good as anything. */
int p9_node_refresh(struct vnode *v)
{
	struct attributes a;
	struct fid *f;
	int err = pick(p9_node(v), false, &f, &a);

	if (f)
		apply(p9_node(v), &a);
	p9_fid_put(f);
	return err;
}

int p9_node_change(struct node *n, const struct vnode_change *c, u64 size)
{
	struct attributes a;
	struct fid *f;
	int err = pick(n, c->valid & ATTR_SIZE, &f, &a);

	if (!err)
		err = f ? p9_setattr(f, c, size) : -ENOENT;
	p9_fid_put(f);
	return err;
}

int p9_node_setattr(struct vnode *v, const struct vnode_change *c)
{
	return p9_node_change(p9_node(v), c, 0);
}

int p9_node_open(struct node *n, int flags, struct fid **out)
{
	struct fid *f = p9_fid_new(n->share->channel);

	if (!f)
		return -ENOMEM;
	int err = p9_walk(n->fid, f, NULL, 0);
	if (!err)
		err = p9_open(f, flags);
	if (!err && f->qid.path != n->path)
		err = -ESTALE;	/* it was moved meanwhile */
	if (err)
		p9_fid_put(f);
	else
		*out = f;
	return err;
}

void p9_node_stat(struct vnode *v, struct stat *st)
{
	struct node *n = p9_node(v);

	st->st_blocks = n->blocks;
	if (n->blksize >= 512 && n->blksize <= n->share->io)
		st->st_blksize = n->blksize;
}

struct node *p9_node_at(struct vnode *dir, const char *name, size_t len)
{
	struct share *s = p9_node(dir)->share;
	struct node *n;

	for (u32 i = 0; i < BUCKETS; i++)
		list_each(n, &s->nodes[i], same)
			if (n->v.parent == dir && strlen(n->v.name) == len && !memcmp(n->v.name, name, len))
				return n;
	return NULL;
}

void p9_node_unplace(struct node *n)
{
	struct vnode *up = n->v.parent;

	kfree(n->v.name);
	n->v.name = NULL;
	n->v.parent = NULL;
	vnode_put(up);
}

/* A server that lies could have a directory inside itself: then it is nowhere. */
void p9_node_place(struct node *n, struct vnode *dir, const char *name, size_t len)
{
	if (n->v.parent)
		p9_node_unplace(n);
	for (struct vnode *up = dir; up; up = up->parent)
		if (up == &n->v) {
			list_remove(&n->same);
			return;
		}
	vnode_adopt(dir, name, len, &n->v);
}

void p9_node_removed(struct node *n)
{
	struct vnode *v = &n->v;

	if (v->nlink)
		v->nlink -= S_ISDIR(v->mode) ? v->nlink : 1;
	if (!v->nlink)
		list_remove(&n->same);	/* another file may get its number */
	p9_node_unplace(n);
}

void p9_node_release(struct vnode *v)
{
	struct node *n = p9_node(v);

	list_remove(&n->same);
	p9_pages_drop(v, 0);
	radix_free(&v->pages);
	radix_free(&n->dirty);
	p9_fid_put(n->fid);
	p9_fid_put(n->reader);
	p9_fid_put(n->writer);
	p9_fid_put(n->created);
	kfree(n);
}
