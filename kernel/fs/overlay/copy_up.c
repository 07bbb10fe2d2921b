/* Copying up: what is below and is to be changed gets its like above, and so do the folders that it is in. */
#include "ovl.h"
#include "../ramfs.h"
#include "xattr.h"

#define PIECE	(64 * 1024)

static struct waitq copied = WAITQ_INIT(copied);

/* Contents into memory, but for what is a hole below. */
static int fill_memory(struct vnode *to, struct vnode *from, u64 size)
{
	to->size = size;
	for (u64 i = 0, pages; i * PAGE_SIZE < size; i += pages) {
		void *page;
		if (vnode_run(from, i, &pages))
			continue;
		pages = 1;
		int err = to->ops->getpage(to, i, true, &page);
		if (err)
			return err == -ENOMEM ? -ENOSPC : err;
		long n = vnode_read(from, page, min(size - i * PAGE_SIZE, PAGE_SIZE), i * PAGE_SIZE);
		page_put(page);
		if (n < 0)
			return n;
	}
	return 0;
}

static int fill_file(struct file *f, struct vnode *from, u64 size)
{
	char *buf = kmalloc(PIECE);
	long r = buf ? 0 : -ENOMEM;

	for (u64 pos = 0; r >= 0 && pos < size;) {
		long n = vnode_read(from, buf, min(size - pos, (u64)PIECE), pos);
		r = n > 0 ? f->ops->write(f, buf, n, &pos) : n ? n : -EIO;
		if (r >= 0 && r < n)
			r = -ENOSPC;
	}
	kfree(buf);
	return min(r, 0L);
}

static int fill_store(struct vnode *to, struct vnode *from, u64 size)
{
	struct file *f;
	int err = vnode_open(to, O_WRONLY, &f);

	if (err)
		return err;
	err = fill_file(f, from, size);
	file_put(f);
	return err;
}

static int copy_xattrs(struct vnode *to, struct vnode *from)
{
	struct rofs_xattr x = { 0 };
	struct xattr **end = ram_xattrs(to);
	int r;

	if (!end || !rofs_has_xattrs(from))
		return 0;
	while ((r = rofs_xattr_next(from, &x)) > 0) {
		size_t n = strlen(x.name) + 1;
		struct xattr **at = end, *new = kzalloc(sizeof(*new) + n + x.size);
		if (!new)
			return -ENOSPC;
		memcpy(new->name, x.name, n);
		new->value = new->name + n;
		new->size = x.size;
		if ((r = rofs_xattr_value(&x, new->value))) {
			kfree(new);
			return r;
		}
		while (*at && strcmp((*at)->name, x.name) > 0)	/* sorted as sys/file/xattr.c has them */
			at = &(*at)->next;
		new->next = *at;
		*at = new;
	}
	return r;
}

/* V's attributes go to UPPER, of which those who made it set only the mode. */
static int copy_attributes(struct vnode *upper, const struct vnode *v)
{
	struct vnode_change c = {
		.valid = ATTR_ATIME | ATTR_ATIME_SET | ATTR_MTIME | ATTR_MTIME_SET, .mode = v->mode & 07777,
		.atime = { v->atime_ns / 1000000000, v->atime_ns % 1000000000 }, .mtime = { v->mtime_ns / 1000000000, v->mtime_ns % 1000000000 },
	};

	if (!ovl_store) {
		upper->mode = v->mode;
		upper->uid = v->uid;
		upper->gid = v->gid;
		if (!S_ISDIR(v->mode) && v->nlink)
			upper->nlink = v->nlink;
		upper->mtime_ns = v->mtime_ns;
		return 0;
	}
	if (!S_ISLNK(v->mode))
		c.valid |= ATTR_MODE;
	if ((v->uid || v->gid) && !S_ISLNK(v->mode)) {	/* only root may give files away */
		struct vnode_change own = { .valid = ATTR_UID | ATTR_GID, .uid = v->uid ? v->uid : upper->uid, .gid = v->gid ? v->gid : upper->gid };
		vnode_setattr(upper, &own);
	}
	return vnode_setattr(upper, &c);
}

static int copy_link(struct vnode *dir, const char *name, size_t len, struct vnode *from)
{
	char *target = kmalloc(PATH_MAX);
	long n = target ? from->ops->readlink(from, target, PATH_MAX - 1) : -ENOMEM;

	if (n >= 0) {
		target[n] = 0;
		n = dir->ops->symlink(dir, name, len, target);
	}
	kfree(target);
	return n;
}

/* Makes it as NAME in DIR, a folder of the store. */
static int make(struct vnode *dir, const char *name, size_t len, struct vnode *v, u64 size, struct vnode **out)
{
	struct vnode *from = ovl_node(v)->lower;
	int err;

	if (S_ISLNK(v->mode)) {
		if ((err = copy_link(dir, name, len, from)))
			return err;
		err = ovl_upper_lookup(dir, name, len, out);
	} else {
		err = dir->ops->create(dir, name, len, S_ISDIR(v->mode) ? S_IFDIR | 0700 : S_IFREG | 0600, 0, out);
		if (!err)
			vnode_adopt(dir, name, len, *out);
	}
	if (err)
		return err;
	if (S_ISREG(v->mode) && size)
		err = ovl_store ? fill_store(*out, from, size) : fill_memory(*out, from, size);
	if (!err)
		err = copy_xattrs(*out, from);
	if (!err)
		err = copy_attributes(*out, v);
	if (err) {
		dir->ops->unlink(dir, name, len, S_ISDIR(v->mode));
		vnode_put(*out);
	}
	return err;
}

/* A removed file that is open, or one whose name here is not known: it gets no name. */
static bool nameless(const struct vnode *v)
{
	return !v->nlink || !v->parent;
}

/* That a copy appears in DIR changes nothing of what is shown there. */
static void keep_time(struct vnode *dir)
{
	struct vnode *upper = ovl_node(dir)->upper;

	if (!ovl_store) {
		upper->mtime_ns = dir->mtime_ns;
		upper->ctime_ns = dir->ctime_ns;
		return;
	}
	vnode_setattr(upper, &(struct vnode_change){ .valid = ATTR_MTIME | ATTR_MTIME_SET,
		.mtime = { dir->mtime_ns / 1000000000, dir->mtime_ns % 1000000000 } });
}

/* It is made by a name that is hidden, and moved to its place when it is complete. */
static int copy(struct vnode *v, u64 size)
{
	static u32 number;
	struct vnode *root = ovl_store ? ovl_store->root : ovl_node(root_vnode)->upper, *upper;
	char temporary[32];
	int n = ksnprintf(temporary, sizeof(temporary), "%s%d", ovl_store ? ".wh..uk-copy." : "/copy/", ++number);
	int err = make(root, temporary, n, v, size, &upper);

	while (err == -EEXIST && number < 1000000) {	/* left over from a machine that ended while it copied */
		n = ksnprintf(temporary, sizeof(temporary), ".wh..uk-copy.%d", ++number);
		err = make(root, temporary, n, v, size, &upper);
	}
	if (err)
		return err;
	struct vnode *dir = nameless(v) ? NULL : ovl_node(v->parent)->upper;
	err = dir ? root->ops->rename(root, temporary, n, dir, v->name, strlen(v->name), 0) :
		root->ops->unlink(root, temporary, n, S_ISDIR(v->mode));
	if (err) {
		if (dir)
			root->ops->unlink(root, temporary, n, S_ISDIR(v->mode));
		vnode_put(upper);
		return err;
	}
	if (!dir && !ovl_store)
		upper->nlink = v->nlink;
	if (S_ISREG(v->mode))
		v->size = size;
	ovl_node_raise(ovl_node(v), upper);
	keep_time(root_vnode);
	if (dir)
		keep_time(v->parent);
	return 0;
}

static u32 copies;	/* under way */

void ovl_settle(const struct vnode *v)
{
	while (v ? ovl_node((struct vnode *)v)->copying : copies)
		wait_on(&copied, FOREVER, false);
}

static int copy_once(struct vnode *v, u64 size)
{
	struct ovl_node *n = ovl_node(v);

	KEEP(ramfs_rename);
	ovl_settle(v);
	if (n->upper)
		return 0;
	n->copying = true;
	copies++;
	int err = copy(v, S_ISREG(v->mode) ? min(size, v->size) : 0);
	n->copying = false;
	copies--;
	wake_all(&copied);
	return err;
}

int ovl_copy_up(struct vnode *v, u64 size)
{
	int err = 0;

	while (!err && !ovl_node(v)->upper) {
		struct vnode *top = v;
		while (!nameless(top) && !ovl_node(top->parent)->upper)
			top = top->parent;
		vnode_get(top);
		err = copy_once(top, size);
		vnode_put(top);
	}
	return err;
}
