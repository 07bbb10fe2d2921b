/* Names in directories, and symbolic links. Nothing is remembered: each name is looked up at the server. */
#include "p9.h"

static bool inside(const struct vnode *dir, const struct vnode *of)
{
	while (dir && dir != of)
		dir = dir->parent;
	return dir;
}

static int dir_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	struct share *s = p9_node(dir)->share;
	struct fid *f = p9_fid_new(s->channel);
	struct node *n;

	if (!f)
		return -ENOMEM;
	int err = p9_walk(p9_node(dir)->fid, f, name, len);
	if (err) {
		p9_fid_put(f);
		return err;
	}
	if ((err = p9_node_find(s, f, &n)))
		return err;
	if (S_ISDIR(n->v.mode) && inside(dir, &n->v)) {
		vnode_put(&n->v);
		return -ELOOP;
	}
	if (n->stale)
		p9_node_renew(n);
	if (S_ISDIR(n->v.mode) && n->v.parent != dir)
		p9_node_place(n, dir, name, len);
	*out = &n->v;
	return 0;
}

/* V is new in DIR, and the server's user has made it: it belongs to whom the program is, if the server may say so. Files
 * of root's stay the server's user's; it is root as well, or may not. */
static void own(struct vnode *dir, struct vnode *v)
{
	u32 uid = v->uid, gid = v->gid;

	vnode_own(dir, v);
	struct vnode_change c = { .valid = ATTR_UID | ATTR_GID, .mode = v->mode & 07777, .uid = v->uid, .gid = v->gid };
	if (v->mode & 06000)	/* a change of owner takes these */
		c.valid |= ATTR_MODE;
	if (v->uid && (v->uid != uid || v->gid != gid) && !p9_node_setattr(v, &c))
		return;
	v->uid = uid;
	v->gid = gid;
}

/* Always a new file, so that of two who create one only one does; open(2) without O_EXCL looks the name up again. */
static int create_file(struct vnode *dir, const char *name, size_t len, u32 mode, struct vnode **out)
{
	struct fid *f = p9_fid_new(p9_node(dir)->share->channel);

	if (!f)
		return -ENOMEM;
	int err = p9_walk(p9_node(dir)->fid, f, NULL, 0);
	if (!err)
		err = p9_create(f, name, len, O_RDWR | O_CREAT | O_EXCL, mode & 07777);
	if (!err)
		err = dir_lookup(dir, name, len, out);
	struct node *n = err ? NULL : p9_node(*out);
	if (n)
		own(dir, *out);
	if (n && S_ISREG(n->v.mode) && n->path == f->qid.path && !n->created)
		n->created = f;
	else
		p9_fid_put(f);
	return err;
}

static int dir_create(struct vnode *dir, const char *name, size_t len, u32 mode, u64 rdev, struct vnode **out)
{
	if (!name)
		return -EOPNOTSUPP;
	if (S_ISREG(mode))
		return create_file(dir, name, len, mode, out);
	int err = p9_make(p9_node(dir)->fid, name, len, mode, rdev);
	if (!err && !(err = dir_lookup(dir, name, len, out)))
		own(dir, *out);
	return err;
}

static int dir_symlink(struct vnode *dir, const char *name, size_t len, const char *target)
{
	struct vnode *v;
	int err = p9_symlink(p9_node(dir)->fid, name, len, target);

	if (!err && !dir_lookup(dir, name, len, &v)) {
		own(dir, v);
		vnode_put(v);
	}
	return err;
}

static int dir_link(struct vnode *dir, const char *name, size_t len, struct vnode *target)
{
	return p9_link(p9_node(dir)->fid, name, len, p9_node(target)->fid);
}

static int dir_unlink(struct vnode *dir, const char *name, size_t len, bool rmdir)
{
	int err = p9_unlink(p9_node(dir)->fid, name, len, rmdir);
	struct node *n = err ? NULL : p9_node_at(dir, name, len);

	if (n)
		p9_node_removed(n);
	return err;
}

/* The caller (sys/file/rename.c) has checked kinds, loops and mounts, and has both in use. */
static int dir_rename(struct vnode *from, const char *name, size_t len, struct vnode *to, const char *new_name, size_t new_len, unsigned flags)
{
	int err = flags ? -EINVAL : p9_rename(p9_node(from)->fid, name, len, p9_node(to)->fid, new_name, new_len);

	if (err)
		return err;
	struct node *gone = p9_node_at(to, new_name, new_len), *n = p9_node_at(from, name, len);
	if (gone && gone != n)
		p9_node_removed(gone);
	if (n)
		p9_node_place(n, to, new_name, new_len);
	return 0;
}

static long link_read(struct vnode *v, char *buf, size_t size)
{
	return p9_readlink(p9_node(v)->fid, buf, size);
}

/* Sockets, fifos and devices of the host are the host's. */
static int special_open(struct vnode *v, struct file *f)
{
	return -ENXIO;
}

const struct shared_ops p9_shared = {
	.refresh = p9_node_refresh, .setattr = p9_node_setattr, .sync = p9_file_sync, .readdir = p9_dir_readdir,
	.write_back = p9_write_back,
};
const struct vnode_ops p9_dir_ops = {
	.lookup = dir_lookup, .create = dir_create, .symlink = dir_symlink, .link = dir_link, .unlink = dir_unlink, .rename = dir_rename,
	.stat = p9_node_stat, .release = p9_node_release, .open = p9_dir_open, .shared = &p9_shared,
};
const struct vnode_ops p9_file_ops = {
	.getpage = p9_pages_get, .truncate = p9_file_truncate, .stat = p9_node_stat, .release = p9_node_release, .open = p9_file_open, .shared = &p9_shared,
};
const struct vnode_ops p9_link_ops = { .readlink = link_read, .stat = p9_node_stat, .release = p9_node_release, .shared = &p9_shared };
const struct vnode_ops p9_special_ops = { .stat = p9_node_stat, .release = p9_node_release, .open = special_open, .shared = &p9_shared };
