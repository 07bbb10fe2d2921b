/* Changes of folders. */
#include "ovl.h"
#include "permission.h"

/* What others than we know of DIR's own vnode: its times, and how many folders are in it. */
void ovl_dir_changed(struct vnode *dir)
{
	struct ovl_node *n = ovl_node(dir);

	if (ovl_store) {
		if (!vnode_refresh(n->upper))
			ovl_attributes(n);
		return;
	}
	dir->nlink = n->upper->nlink;
	dir->size = n->upper->size;
	dir->mtime_ns = n->upper->mtime_ns;
	dir->ctime_ns = n->upper->ctime_ns;
}

/* DIR may get or lose an entry. */
static int writable(struct vnode *dir)
{
	return dir->nlink ? ovl_copy_up(dir, ALL) : -ENOENT;
}

static int create(struct vnode *dir, const char *name, size_t len, u32 mode, u64 rdev, struct vnode **out)
{
	struct vnode *upper, *v;
	int err;

	if (name && ovl_reserved(name, len))
		return -EINVAL;
	if (S_ISCHR(mode) && !rdev)	/* what Linux's overlayfs takes for a whiteout */
		return -EPERM;
	if ((err = writable(dir)))
		return err;
	upper = ovl_node(dir)->upper;
	if ((err = upper->ops->create(upper, name, len, mode, rdev, &v)))
		return err;
	if (name)
		vnode_adopt(upper, name, len, v);
	if (!(err = ovl_node_of(v, NULL, out)))
		ovl_dir_changed(dir);
	return err;
}

static int symlink(struct vnode *dir, const char *name, size_t len, const char *target)
{
	int err = ovl_reserved(name, len) ? -EINVAL : writable(dir);
	struct vnode *upper = ovl_node(dir)->upper;

	if (!err && !(err = upper->ops->symlink(upper, name, len, target)))
		ovl_dir_changed(dir);
	return err;
}

static int link(struct vnode *dir, const char *name, size_t len, struct vnode *target)
{
	int err = ovl_reserved(name, len) ? -EINVAL : writable(dir);

	if (!err)
		err = ovl_copy_up(target, ALL);
	struct vnode *upper = ovl_node(dir)->upper, *real = ovl_node(target)->upper;
	if (err || (err = upper->ops->link(upper, name, len, real)))
		return err;
	bool first = !target->nlink;
	target->nlink++;
	target->ctime_ns = now_realtime();
	if (first && !ovl_store) {	/* of O_TMPFILE */
		ovl_node(target)->kept = true;
		vnode_get(target);
	}
	ovl_dir_changed(dir);
	return 0;
}

static int shows(void *arg, const char *name, u64 ino, u8 type)
{
	return ovl_is_whiteout(name) ? 0 : -ENOTEMPTY;
}

static int shows_below(void *arg, const char *name, u64 ino, u8 type)
{
	struct vnode *v;
	int err = ovl_lookup(arg, name, strlen(name), &v);

	if (!err)
		vnode_put(v);
	return !err ? -ENOTEMPTY : err == -ENOENT ? 0 : err;
}

/* The first name, for somebody who removes it. */
static int first_name(void *arg, const char *name, u64 ino, u8 type)
{
	memcpy(arg, name, min(strlen(name) + 1, (size_t)NAME_ROOM));
	return 1;
}

int ovl_clear(struct vnode *dir)
{
	struct ovl_node *n = ovl_node(dir);
	char name[NAME_ROOM];
	int r = n->upper ? ovl_each(n->upper, shows, NULL) : 0;

	if (!r && n->lower)
		r = ovl_each(n->lower, shows_below, dir);
	while (!r && n->upper && (r = ovl_each(n->upper, first_name, name)) > 0)
		r = n->upper->ops->unlink(n->upper, name, strlen(name), false);
	return r;
}

/* V has lost the name NAME in DIR. */
static void forget_name(struct vnode *dir, const char *name, size_t len, struct vnode *v)
{
	if (v->nlink && v->parent == dir && strlen(v->name) == len && !memcmp(v->name, name, len))
		vnode_orphan(v);
}

static void lost_name(struct vnode *dir, const char *name, size_t len, struct vnode *v, bool was_above)
{
	struct ovl_node *n = ovl_node(v);
	u32 left = S_ISDIR(v->mode) ? 0 : v->nlink - 1;

	if (n->upper && !was_above && !ovl_store && n->upper->nlink)
		n->upper->nlink--;
	v->nlink = left;
	v->ctime_ns = now_realtime();
	forget_name(dir, name, len, v);
	if (!left)
		ovl_node_removed(n);
}

/* V, which is NAME in DIR, is removed. */
static int remove(struct vnode *dir, const char *name, size_t len, struct vnode *v, bool rmdir)
{
	struct vnode *upper, *above = NULL;
	int err = rmdir ? ovl_clear(v) : 0, below;

	if (err || (err = writable(dir)))
		return err;
	ovl_settle(v);
	upper = ovl_node(dir)->upper;
	if ((err = ovl_upper_lookup(upper, name, len, &above)) && err != -ENOENT)
		return err;
	below = ovl_lower_has(dir, name, len);
	err = below > 0 ? ovl_white_out(dir, name, len) : below;
	if (!err && above)
		err = upper->ops->unlink(upper, name, len, rmdir);
	if (!err) {
		lost_name(dir, name, len, v, above);
		ovl_dir_changed(dir);
	}
	vnode_put(above);
	return err;
}

static int unlink(struct vnode *dir, const char *name, size_t len, bool rmdir)
{
	struct vnode *v;
	int err = ovl_lookup(dir, name, len, &v);

	if (err)
		return err;
	err = remove(dir, name, len, v, rmdir);
	vnode_put(v);
	return err;
}

static long read_link(struct vnode *v, char *buf, size_t size)
{
	struct vnode *real = overlay_real(v);

	return real->ops->readlink(real, buf, size);
}

static void stat_real(struct vnode *v, struct stat *st)
{
	struct ovl_node *n = ovl_node(v);
	struct vnode *real = overlay_real(v);

	if (real->ops->stat)
		real->ops->stat(real, st);
	if (S_ISDIR(v->mode) && n->upper && n->lower)	/* nobody counts the folders of both; 1 says so, as on Linux */
		st->st_nlink = 1;
}

int ram_special_open(struct vnode *v, struct file *f);	/* fs/ramfs.c */

const struct vnode_ops ovl_dir_ops = {
	.lookup = ovl_lookup, .create = create, .symlink = symlink, .link = link, .unlink = unlink, .rename = ovl_rename,
	.stat = stat_real, .release = ovl_node_release, .open = ovl_dir_open, .shared = &ovl_shared,
};
const struct vnode_ops ovl_link_ops = { .readlink = read_link, .stat = stat_real, .release = ovl_node_release, .shared = &ovl_shared };
const struct vnode_ops ovl_special_ops = { .stat = stat_real, .release = ovl_node_release, .open = ram_special_open, .shared = &ovl_shared };
