/* Files as they are shown. */
#include "ovl.h"

#define BUCKETS	1024
#define STORED	(1UL << 48)	/* of numbers: what is in the store alone has others than what is below */

static struct ovl_node *by_upper[BUCKETS], *by_lower[BUCKETS];

static u32 hash(const struct vnode *v)
{
	return ((u64)v >> 4 ^ (u64)v >> 14) % BUCKETS;
}

u64 ovl_upper_ino(u64 ino) { return ino ^ STORED; }

struct ovl_node *ovl_find_upper(const struct vnode *upper)
{
	struct ovl_node *n = by_upper[hash(upper)];

	while (n && n->upper != upper)
		n = n->next_upper;
	return n;
}

/* In the store of a host other names of the same file have no part in a change, as Linux's overlayfs has it: each is a
 * file of its own. */
static bool shared_by_names(const struct vnode *lower)
{
	return !ovl_store || lower->nlink == 1 || S_ISDIR(lower->mode);
}

static struct ovl_node *find_lower(const struct vnode *lower)
{
	struct ovl_node *n = by_lower[hash(lower)];

	while (n && n->lower != lower)
		n = n->next_lower;
	return n && n->v.nlink ? n : NULL;
}

static void unhash(struct ovl_node *n)
{
	struct ovl_node **at;

	if (n->upper)
		for (at = &by_upper[hash(n->upper)]; *at; at = &(*at)->next_upper)
			if (*at == n) {
				*at = n->next_upper;
				break;
			}
	if (n->lower)
		for (at = &by_lower[hash(n->lower)]; *at; at = &(*at)->next_lower)
			if (*at == n) {
				*at = n->next_lower;
				break;
			}
}

/* Those who map it know the node. */
static void shown(struct ovl_node *n, struct vnode *as)
{
	if (ovl_store && n->upper)
		n->upper->data = as;
}

static void hash_upper(struct ovl_node *n)
{
	shown(n, &n->v);
	struct ovl_node **b = &by_upper[hash(n->upper)];

	n->next_upper = *b;
	*b = n;
}

static const struct vnode_ops *ops_of(const struct ovl_node *n, u32 mode)
{
	return S_ISREG(mode) ? !n->upper ? &ovl_lower_ops : ovl_store ? &ovl_store_ops : &ovl_memory_ops :
		S_ISDIR(mode) ? &ovl_dir_ops : S_ISLNK(mode) ? &ovl_link_ops : &ovl_special_ops;
}

/* The user of the host whose folder it is stands for root. */
static u32 owner(u32 id, u32 of_store)
{
	return ovl_store && id == of_store ? 0 : id;
}

void ovl_attributes(struct ovl_node *n)
{
	struct vnode *v = &n->v, *r = n->upper ? n->upper : n->lower;

	v->mode = r->mode;
	v->nlink = r->nlink;
	v->uid = n->upper ? owner(r->uid, ovl_store ? ovl_store->root->uid : 0) : r->uid;
	v->gid = n->upper ? owner(r->gid, ovl_store ? ovl_store->root->gid : 0) : r->gid;
	v->size = r->size;
	v->rdev = S_ISDIR(v->mode) ? 0 : r->rdev;
	v->mtime_ns = r->mtime_ns;
	v->atime_ns = r->atime_ns;
	v->ctime_ns = r->ctime_ns;
	v->birth_ns = r->birth_ns;
}

/* What is in memory has nobody else who remembers its attributes. */
static void keep(struct ovl_node *n)
{
	if (ovl_store || n->kept || !n->v.nlink)
		return;
	n->kept = true;
	vnode_get(&n->v);
}

int ovl_node_of(struct vnode *upper, struct vnode *lower, struct vnode **out)
{
	struct ovl_node *n = upper ? ovl_find_upper(upper) : NULL;

	if (!n && lower && shared_by_names(lower) && (n = find_lower(lower)) && upper && n->upper)
		n = NULL;
	if (n) {
		vnode_get(*out = &n->v);
		vnode_put(upper);
		vnode_put(lower);
		return 0;
	}
	if (!(n = kzalloc(sizeof(*n)))) {
		vnode_put(upper);
		vnode_put(lower);
		return -ENOMEM;
	}
	n->upper = upper;
	n->lower = lower;
	n->v.refs = 1;
	n->v.mount = ovl_mount;
	n->v.ops = ops_of(n, upper ? upper->mode : lower->mode);
	n->v.ino = lower ? lower->ino : ovl_upper_ino(upper->ino);
	ovl_attributes(n);
	if (upper) {
		hash_upper(n);
		keep(n);
	}
	if (lower) {
		struct ovl_node **b = &by_lower[hash(lower)];
		n->next_lower = *b;
		*b = n;
	}
	*out = &n->v;
	return 0;
}

void ovl_node_raise(struct ovl_node *n, struct vnode *upper)
{
	n->upper = upper;
	n->v.ops = ops_of(n, n->v.mode);
	hash_upper(n);
	keep(n);
	vm_file_drop(&n->v, 0, ALL, false);	/* what is mapped is read again, from above */
}

void ovl_node_removed(struct ovl_node *n)
{
	n->v.nlink = 0;
	if (!n->kept)
		return;
	n->kept = false;
	vnode_put(&n->v);
}

/* fs/pipe.c, where linked. */
void fifo_release(struct vnode *v) __attribute__((weak, noplt));

void ovl_node_release(struct vnode *v)
{
	struct ovl_node *n = ovl_node(v);

	if (S_ISFIFO(v->mode) && fifo_release)
		fifo_release(v);
	unhash(n);
	shown(n, NULL);
	vnode_put(n->upper);
	vnode_put(n->lower);
	kfree(n);
}

static int refresh(struct vnode *v)
{
	struct ovl_node *n = ovl_node(v);
	int err;

	if (!ovl_store || !n->upper || !v->nlink)
		return 0;
	if (!(err = vnode_refresh(n->upper)))
		ovl_attributes(n);
	return err;
}

/* A change of owner of the host's files that this user may not make is refused by the host. */
static int setattr(struct vnode *v, const struct vnode_change *c)
{
	struct vnode_change to = *c;
	int err = ovl_copy_up(v, ALL);

	if (err)
		return err;
	struct vnode *upper = ovl_node(v)->upper;
	if (!ovl_store) {	/* what is made in it inherits from it */
		if (c->valid & ATTR_MODE)
			upper->mode = (upper->mode & S_IFMT) | (c->mode & 07777);
		if (c->valid & ATTR_UID)
			upper->uid = c->uid;
		if (c->valid & ATTR_GID)
			upper->gid = c->gid;
		return 0;
	}
	if (!to.uid)
		to.uid = ovl_store->root->uid;
	if (!to.gid)
		to.gid = ovl_store->root->gid;
	return vnode_setattr(upper, &to);
}

static int write_back(struct vnode *v, bool sync)
{
	struct vnode *upper = ovl_node(v)->upper;

	return ovl_store && upper ? upper->ops->shared->write_back(upper, sync) : 0;
}

const struct shared_ops ovl_shared = {
	.refresh = refresh, .setattr = setattr, .sync = ovl_store_sync, .readdir = ovl_dir_readdir, .write_back = write_back,
};

const struct shared_ops ovl_memory_shared = {
	.refresh = refresh, .setattr = setattr, .sync = ovl_store_sync, .readdir = ovl_dir_readdir, .write_back = write_back, .alone = true,
};

struct vnode *overlay_real(struct vnode *v)
{
	struct ovl_node *n = ovl_node(v);

	return v->ops->release != ovl_node_release ? v : n->upper ? n->upper : n->lower;
}

int overlay_write_xattrs(struct vnode *v)
{
	if (v->ops->release != ovl_node_release)
		return 0;
	return ovl_store ? -EOPNOTSUPP : ovl_copy_up(v, ALL);
}
