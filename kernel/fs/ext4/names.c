/* Names in directories. */
#include "ext4.h"

#define LINK_MAX	65000
#define SHORT		60	/* a target that fits in the inode, with a NUL */
#define RENAME_EXCHANGE	2
#define RENAME_WHITEOUT	4

static bool inside(const struct vnode *dir, const struct vnode *of)
{
	while (dir && dir != of)
		dir = dir->parent;
	return dir;
}

static int find_node(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	u32 ino;
	u8 type;
	int err = ext4_dir_find(ext4_node(dir), name, len, &ino, &type);

	if (!err && (err = ext4_node_get(ext4_node(dir)->fs, ino, out)) == -ENOENT)
		err = -EUCLEAN;
	if (!err && S_ISDIR((*out)->mode) && inside(dir, *out)) {	/* no honest disk has that */
		vnode_put(*out);
		err = -EUCLEAN;
	}
	return err;
}

static int lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	struct ext4 *fs = ext4_node(dir)->fs;

	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	ext4_lock(fs);
	int err = dir->nlink ? find_node(dir, name, len, out) : -ENOENT;
	ext4_unlock(fs);
	return err;
}

static void touch(struct vnode *v)
{
	v->mtime_ns = v->ctime_ns = now_realtime();
}

/* A directory's links count its directories, or are 1 where those are too many. */
static void links_more(struct vnode *dir)
{
	if (dir->nlink != 1)
		dir->nlink = dir->nlink + 1 > LINK_MAX ? 1 : dir->nlink + 1;
}

static void links_less(struct vnode *dir)
{
	if (dir->nlink > 2)
		dir->nlink--;
}

/* V is made; DIR gets the name. */
static int enter(struct vnode *dir, const char *name, size_t len, struct vnode *v)
{
	struct ext4_node *d = ext4_node(dir);
	int err = ext4_dir_add(d, name, len, v->ino, v->mode);

	if (err)
		return err;
	if (S_ISDIR(v->mode))
		links_more(dir);
	touch(dir);
	return ext4_node_store(d);
}

/* It was never seen: nothing of it is on the disk. */
static void unmake(struct vnode *v)
{
	if (v)
		vnode_put(v);
}

/* A file without a name: it is on the list of those that go when the machine ends. */
static int create_unnamed(struct vnode *dir, u32 mode, struct vnode **out)
{
	struct ext4 *fs = ext4_node(dir)->fs;
	struct vnode *v = NULL;
	int err = ext4_begin(fs);

	if (err)
		return err;
	err = dir->nlink ? ext4_node_new(ext4_node(dir), mode, 0, &v) : -ENOENT;
	if (!err) {
		v->nlink = 0;
		err = ext4_orphan_add(ext4_node(v));
	}
	if ((err = ext4_done(fs, err, NULL, NULL))) {
		unmake(v);
	} else {
		ext4_node(v)->lost = true;
		*out = v;
	}
	return err;
}

static int create_once(struct vnode *dir, const char *name, size_t len, u32 mode, u64 rdev, struct vnode **out)
{
	struct ext4_node *d = ext4_node(dir);
	struct vnode *v = NULL;
	u32 ino;
	u8 type;

	if (!name)
		return create_unnamed(dir, mode, out);
	int err = ext4_begin(d->fs);
	if (err)
		return err;
	err = !dir->nlink ? -ENOENT : ext4_dir_find(d, name, len, &ino, &type);
	if (err == -ENOENT && dir->nlink)
		err = ext4_node_new(d, mode, rdev, &v);
	else if (!err)
		err = -EEXIST;	/* others were faster */
	if (!err && S_ISDIR(mode))
		err = ext4_dir_begin(ext4_node(v), dir->ino);
	if (!err)
		err = enter(dir, name, len, v);
	if ((err = ext4_done(d->fs, err, dir, NULL)))
		unmake(v);
	else
		*out = v;
	return err;
}

static int create(struct vnode *dir, const char *name, size_t len, u32 mode, u64 rdev, struct vnode **out)
{
	int err = create_once(dir, name, len, mode, rdev, out);

	return ext4_again(ext4_node(dir)->fs, err) ? create_once(dir, name, len, mode, rdev, out) : err;
}

static int target_store(struct ext4_node *n, const char *target, size_t len)
{
	struct ext4_buf *b;
	u64 block;
	u32 count;
	bool made;
	u8 *raw;
	int err;

	n->v.size = len;
	if (len < SHORT) {
		if ((err = ext4_inode_buf(n->fs, n->v.ino, &b, &raw)))
			return err;
		if (!(err = ext4_change(b)))
			memcpy(raw + 40, target, len);
		ext4_buf_put(b);
		return err ? err : ext4_node_store(n);
	}
	if (len >= n->fs->block_size)
		return -ENAMETOOLONG;
	if ((err = ext4_inode_buf(n->fs, n->v.ino, &b, &raw)))
		return err;
	if (!(err = ext4_change(b))) {
		SET16(raw, 40, 0xf30a);
		SET16(raw, 44, 4);
		n->flags |= EXTENTS_FL;
		err = ext4_map_new(n, 0, 1, &block, &count, &made);
	}
	ext4_buf_put(b);
	if (err || (err = ext4_buf_new(n->fs, block, &b)))
		return err;
	memcpy(b->data, target, len);
	ext4_buf_put(b);
	return ext4_node_store(n);
}

static int symlink_once(struct vnode *dir, const char *name, size_t len, const char *target)
{
	struct ext4_node *d = ext4_node(dir);
	struct vnode *v = NULL;
	int err = ext4_begin(d->fs);

	if (err)
		return err;
	err = dir->nlink ? ext4_node_new(d, S_IFLNK | 0777, 0, &v) : -ENOENT;
	if (!err && !(err = target_store(ext4_node(v), target, strlen(target))))
		err = enter(dir, name, len, v);
	err = ext4_done(d->fs, err, dir, NULL);
	unmake(v);
	return err;
}

static int symlink(struct vnode *dir, const char *name, size_t len, const char *target)
{
	int err = symlink_once(dir, name, len, target);

	return ext4_again(ext4_node(dir)->fs, err) ? symlink_once(dir, name, len, target) : err;
}

static int link(struct vnode *dir, const char *name, size_t len, struct vnode *target)
{
	struct ext4_node *d = ext4_node(dir);
	int err = ext4_begin(d->fs);

	if (err)
		return err;
	u32 links = target->nlink;
	if (!dir->nlink || (!links && !target->linkable))
		err = -ENOENT;
	else if (links >= LINK_MAX)
		err = -EMLINK;
	else if (links || !(err = ext4_orphan_name(ext4_node(target))))
		err = ext4_dir_add(d, name, len, target->ino, target->mode);
	if (!err) {
		target->nlink++;
		target->ctime_ns = now_realtime();
		touch(dir);
		if (!(err = ext4_node_store(d)))
			err = ext4_node_store(ext4_node(target));
	}
	if (!(err = ext4_done(d->fs, err, dir, links ? target : NULL)))
		ext4_node(target)->lost = false;
	else
		target->nlink = links;
	return err;
}

/* V loses a name, within an operation; *LINKS: what it has then. */
static int lose(struct vnode *v, u32 *links)
{
	u32 before = v->nlink;

	*links = v->nlink = S_ISDIR(v->mode) ? 0 : v->nlink - 1;
	v->ctime_ns = now_realtime();
	int err = v->nlink ? ext4_node_store(ext4_node(v)) : ext4_orphan_add(ext4_node(v));
	v->nlink = before;	/* until all is well */
	return err;
}

static bool placed(const struct vnode *v, const struct vnode *dir, const char *name, size_t len)
{
	return v->parent == dir && strlen(v->name) == len && !memcmp(v->name, name, len);
}

static void lost(struct vnode *v, u32 links, struct vnode *dir, const char *name, size_t len)
{
	v->nlink = links;
	ext4_node(v)->lost = !links;
	if (links && placed(v, dir, name, len))
		vnode_orphan(v);
}

static int unlink(struct vnode *dir, const char *name, size_t len, bool rmdir)
{
	struct ext4_node *d = ext4_node(dir);
	struct vnode *v = NULL;
	u32 links = 0;
	int err = ext4_begin(d->fs);

	if (err)
		return err;
	if (!(err = find_node(dir, name, len, &v)) && rmdir)
		err = ext4_dir_empty(ext4_node(v));
	if (!err && !(err = ext4_dir_remove(d, name, len)) && !(err = lose(v, &links))) {
		if (rmdir)
			links_less(dir);
		touch(dir);
		err = ext4_node_store(d);
	}
	if (!(err = ext4_done(d->fs, err, dir, v)))
		lost(v, links, dir, name, len);
	vnode_put(v);
	return err;
}

static void place(struct vnode *v, struct vnode *to, const char *name, size_t len)
{
	if (v->parent)
		vnode_orphan(v);
	vnode_adopt(to, name, len, v);
}

/* ".." of V, which moves from FROM to TO. */
static int move_up(struct vnode *v, struct vnode *from, struct vnode *to)
{
	if (!S_ISDIR(v->mode) || from == to)
		return 0;
	links_less(from);
	links_more(to);
	return ext4_dir_set(ext4_node(v), "..", 2, to->ino, S_IFDIR);
}

static int exchange(struct vnode *from, const char *name, size_t len, struct vnode *v,
	struct vnode *to, const char *new_name, size_t new_len, struct vnode *other)
{
	int err = ext4_dir_set(ext4_node(from), name, len, other->ino, other->mode);

	if (!err)
		err = ext4_dir_set(ext4_node(to), new_name, new_len, v->ino, v->mode);
	if (!err && !(err = move_up(v, from, to)))
		err = move_up(other, to, from);
	return err;
}

static int move(struct vnode *from, const char *name, size_t len, struct vnode *v,
	struct vnode *to, const char *new_name, size_t new_len, struct vnode *other, u32 *links)
{
	int err = other && S_ISDIR(other->mode) ? ext4_dir_empty(ext4_node(other)) : 0;

	if (err)
		return err;
	err = other ? ext4_dir_set(ext4_node(to), new_name, new_len, v->ino, v->mode) : ext4_dir_add(ext4_node(to), new_name, new_len, v->ino, v->mode);
	if (!err && !(err = ext4_dir_remove(ext4_node(from), name, len)) && other && !(err = lose(other, links)) && S_ISDIR(other->mode))
		links_less(to);
	return err ? err : move_up(v, from, to);
}

static int rename(struct vnode *from, const char *name, size_t len, struct vnode *to, const char *new_name, size_t new_len, unsigned flags)
{
	struct ext4 *fs = ext4_node(from)->fs;
	struct vnode *v = NULL, *other = NULL;
	bool swap = flags & RENAME_EXCHANGE;
	u32 links = 0;
	int err = flags & RENAME_WHITEOUT ? -EINVAL : ext4_begin(fs);

	if (err)
		return err;
	err = !to->nlink ? -ENOENT : find_node(from, name, len, &v);
	if (!err && (err = find_node(to, new_name, new_len, &other)) == -ENOENT && !swap)
		err = 0;
	if (!err)
		err = swap ? exchange(from, name, len, v, to, new_name, new_len, other) : move(from, name, len, v, to, new_name, new_len, other, &links);
	if (!err) {
		v->ctime_ns = now_realtime();
		touch(from);
		touch(to);
		if (!(err = ext4_node_store(ext4_node(v))) && !(err = ext4_node_store(ext4_node(from))))
			err = ext4_node_store(ext4_node(to));
	}
	if (!err && swap) {
		other->ctime_ns = v->ctime_ns;
		err = ext4_node_store(ext4_node(other));
	}
	if (!(err = ext4_done(fs, err, from, to))) {
		if (other && !swap)
			lost(other, links, to, new_name, new_len);
		if (other && swap)
			place(other, from, name, len);
		place(v, to, new_name, new_len);
	}
	vnode_put(v);
	vnode_put(other);
	return err;
}

static void node_stat(struct vnode *v, struct stat *st)
{
	st->st_blocks = ext4_node(v)->blocks;
	st->st_blksize = ext4_node(v)->fs->block_size;
}

const struct vnode_ops ext4_dir_ops = {
	.lookup = lookup, .create = create, .symlink = symlink, .link = link, .unlink = unlink, .rename = rename,
	.stat = node_stat, .release = ext4_node_release, .shared = &ext4_shared,
};

static long read_link(struct vnode *v, char *buf, size_t size)
{
	struct ext4_node *n = ext4_node(v);
	struct ext4_buf *b;
	u8 *raw;

	size = min(size, v->size);
	ext4_lock(n->fs);
	int err = ext4_inode_buf(n->fs, v->ino, &b, &raw);
	if (!err && v->size < SHORT && !(n->flags & EXTENTS_FL)) {
		memcpy(buf, raw + 40, size);
		ext4_buf_put(b);
	} else if (!err) {
		u64 block;
		u32 count;
		ext4_buf_put(b);
		if (v->size >= n->fs->block_size || (err = ext4_map(n, 0, &block, &count)) || !block)
			err = -EUCLEAN;
		else if (!(err = ext4_buf_get(n->fs, block, &b))) {
			memcpy(buf, b->data, size);
			ext4_buf_put(b);
		}
	}
	ext4_unlock(n->fs);
	return err ? err : (long)size;
}

/* Fifos, sockets and devices are on the disk, but open only where the kernel's own files are. */
static int special_open(struct vnode *v, struct file *f) { return -ENXIO; }

const struct vnode_ops ext4_link_ops = { .readlink = read_link, .stat = node_stat, .release = ext4_node_release, .shared = &ext4_shared };
const struct vnode_ops ext4_special_ops = { .stat = node_stat, .release = ext4_node_release, .open = special_open, .shared = &ext4_shared };
