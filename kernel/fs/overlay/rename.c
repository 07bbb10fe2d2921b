/* Moving names. What is below cannot move: a folder that has something there is refused with EXDEV, as by Linux's overlayfs
 * without redirect_dir, and mv(1) and its like then copy it. */
#include "ovl.h"

#define RENAME_EXCHANGE		2
#define RENAME_WHITEOUT		4

/* NAME in DIR is to go away: what is below is hidden. Before it goes, so that it is there or not, whenever the machine ends. */
static int hide(struct vnode *dir, const char *name, size_t len)
{
	int below = ovl_lower_has(dir, name, len);

	return below > 0 ? ovl_white_out(dir, name, len) : below;
}

static int prepare(struct vnode *dir, struct vnode *v)
{
	int err = dir->nlink ? ovl_copy_up(dir, ALL) : -ENOENT;

	if (!err && v && S_ISDIR(v->mode) && ovl_node(v)->lower)
		err = -EXDEV;
	return err ? err : v ? ovl_copy_up(v, ALL) : 0;
}

static void place(struct vnode *v, struct vnode *from, const char *name, size_t len, struct vnode *to, const char *new_name, size_t new_len)
{
	if (S_ISDIR(v->mode) || (v->parent == from && strlen(v->name) == len && !memcmp(v->name, name, len)))
		vnode_orphan(v);
	vnode_adopt(to, new_name, new_len, v);
	v->ctime_ns = now_realtime();
}

static int exchange(struct vnode *from, const char *name, size_t len, struct vnode *v,
	struct vnode *to, const char *new_name, size_t new_len, struct vnode *other)
{
	struct vnode *a = ovl_node(from)->upper, *b = ovl_node(to)->upper;
	int err = 0;

	if (S_ISDIR(v->mode))	/* a folder in the place of another that is below must not show that one's entries */
		err = hide(to, new_name, new_len);
	if (!err && S_ISDIR(other->mode))
		err = hide(from, name, len);
	if (!err)
		err = a->ops->rename(a, name, len, b, new_name, new_len, RENAME_EXCHANGE);
	if (!err) {
		place(v, from, name, len, to, new_name, new_len);
		place(other, to, new_name, new_len, from, name, len);
	}
	return err;
}

/* OTHER, at the new name, is replaced; NULL: there is none. */
static int move(struct vnode *from, const char *name, size_t len, struct vnode *v,
	struct vnode *to, const char *new_name, size_t new_len, struct vnode *other)
{
	struct vnode *a = ovl_node(from)->upper, *b = ovl_node(to)->upper;
	int err = other && S_ISDIR(other->mode) ? ovl_clear(other) : 0;

	if (!err && S_ISDIR(v->mode))
		err = hide(to, new_name, new_len);
	if (!err)
		err = hide(from, name, len);
	if (!err)
		err = a->ops->rename(a, name, len, b, new_name, new_len, 0);
	if (err)
		return err;
	place(v, from, name, len, to, new_name, new_len);
	if (other) {
		other->nlink = S_ISDIR(other->mode) ? 0 : other->nlink - 1;
		other->ctime_ns = now_realtime();
		if (other->nlink && other->parent == to && strlen(other->name) == new_len && !memcmp(other->name, new_name, new_len))
			vnode_orphan(other);
		if (!other->nlink)
			ovl_node_removed(ovl_node(other));
	}
	return 0;
}

/* The caller (sys/file/rename.c) has checked kinds, loops, mounts and RENAME_NOREPLACE, and has both in use. */
int ovl_rename(struct vnode *from, const char *name, size_t len, struct vnode *to, const char *new_name, size_t new_len, unsigned flags)
{
	struct vnode *v, *other = NULL;
	int err = flags & RENAME_WHITEOUT || ovl_reserved(new_name, new_len) ? -EINVAL : ovl_lookup(from, name, len, &v);

	if (err)
		return err;
	err = ovl_lookup(to, new_name, new_len, &other);
	if (err == -ENOENT && !(flags & RENAME_EXCHANGE))
		err = 0;
	if (!err && !(err = prepare(from, v)))
		err = prepare(to, flags & RENAME_EXCHANGE ? other : NULL);
	if (!err)
		err = flags & RENAME_EXCHANGE ? exchange(from, name, len, v, to, new_name, new_len, other) :
			move(from, name, len, v, to, new_name, new_len, other);
	if (!err) {
		ovl_dir_changed(from);
		ovl_dir_changed(to);
	}
	vnode_put(v);
	vnode_put(other);
	return err;
}
