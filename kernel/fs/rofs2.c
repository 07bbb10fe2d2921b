/* rofs version 2 (rofs2.h): mount, directories, links. The tables are read as a file is, when they are needed and with
 * the page cache. Nothing of the image is believed: what is read lies within the tables or is an error, contents are
 * checked against the device when their inode is first reached, and a directory in disorder only hides names. */
#include "kernel.h"
#include "linux_file.h"
#include "rofs2.h"
#include "rofs_xattr.h"

static struct vnode tables;

/* fs/rofs2_holes.c, in images that have some. Operations of V, or NULL. */
OPTIONAL const struct vnode_ops *rofs2_holes(struct vnode *v, const struct rofs2_inode *in) { return NULL; }

int rofs2_table(u64 offset, void *buf, u64 n)
{
	return vnode_read(&tables, buf, n, offset) == (long)n ? 0 : -EIO;
}

/* As ext4 has it: whole blocks, and links take none. */
static void rofs2_stat(struct vnode *v, struct stat *st)
{
	if (!S_ISLNK(v->mode))
		st->st_blocks = align_up(v->size, 4096UL) / 512;
}

static int rofs2_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out);
static int rofs2_readdir(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type);
static long rofs2_readlink(struct vnode *v, char *buf, size_t size);

static const struct vnode_ops file_ops = { .getpage = rofs_getpage, .direct = rofs_direct, .stat = rofs2_stat };
static const struct vnode_ops other_ops = {
	.lookup = rofs2_lookup, .readdir = rofs2_readdir, .readlink = rofs2_readlink, .stat = rofs2_stat,
};

/* What vnode.size, data and rdev are. Returns the operations, or NULL for what cannot be. */
static const struct vnode_ops *kind(struct vnode *v, const struct rofs2_inode *in)
{
	u64 blocks = rofs_device->sectors / (ROFS2_BLOCK / ROFS_SECTOR);

	v->size = in->size;
	v->data = (void *)in->start;
	switch (v->mode & S_IFMT) {
	case S_IFDIR:
		v->rdev = (u32)in->size;	/* entries */
		v->size = align_up(v->rdev * 32 + 1, 4096UL);
		return &other_ops;
	case S_IFLNK:
		return &other_ops;
	case S_IFREG:
		if (in->extents)
			return rofs2_holes(v, in);
		if (in->size && (in->start > blocks || in->size > (blocks - in->start) * ROFS2_BLOCK))
			return NULL;
		v->data = (void *)(in->start * (ROFS2_BLOCK / ROFS_SECTOR));
		v->rdev = in->xattrs;	/* for sys/raw/jumps.c */
		return &file_ops;
	}
	return NULL;
}

static u64 inode_at(u64 number) { return sizeof(struct rofs2_super) + (number - 1) * sizeof(struct rofs2_inode); }

static int inode_vnode(struct mount *m, u32 number, struct vnode **out)
{
	struct rofs2_inode in;
	struct vnode *v;
	int err = number ? rofs2_table(inode_at(number), &in, sizeof(in)) : -EIO;

	if (err)
		return err;
	/* Only now: reading may sleep, and somebody else make it. */
	if ((v = radix_get(&rofs_vnodes, number))) {
		vnode_get(*out = v);
		return 0;
	}
	if (!(v = kzalloc(sizeof(*v))))
		return -ENOMEM;
	v->mode = in.mode;
	memcpy(&v->nlink, &in.nlink, sizeof(u32[3]));
	v->refs = 2;	/* the table's and the caller's */
	v->ino = number;
	v->mount = m;
	v->mtime_ns = v->atime_ns = v->ctime_ns = in.mtime_ns;
	err = -EIO;
	if (!(v->ops = kind(v, &in)) || (err = radix_set(&rofs_vnodes, number, v)))
		kfree(v);
	else
		*out = v;
	return err;
}
_Static_assert(offsetof(struct vnode, uid) == offsetof(struct vnode, nlink) + 4 && offsetof(struct vnode, gid) == offsetof(struct vnode, uid) + 4, "the three are copied");

/* Entry I of DIR. NAME has room for 256 bytes. */
static int entry(struct vnode *dir, u64 i, struct rofs2_entry *e, char *name)
{
	int err = rofs2_table((u64)dir->data + i * sizeof(*e), e, sizeof(*e));

	if (!err)
		err = rofs2_table(e->name, name, e->len);
	name[e->len] = 0;
	return err;
}

static int rofs2_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	u64 low = 0, high = dir->rdev;
	struct rofs2_entry e;
	char have[256];

	while (low < high) {
		u64 mid = (low + high) / 2;
		int err = entry(dir, mid, &e, have);
		if (err)
			return err;
		err = memcmp(name, have, min(len, (size_t)e.len));
		if (!err && !(err = (int)len - e.len))
			return inode_vnode(dir->mount, e.inode, out);
		if (err < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return -ENOENT;
}

static int rofs2_readdir(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	struct rofs2_entry e;

	if (*cookie >= dir->rdev)
		return 0;
	int err = entry(dir, (*cookie)++, &e, name);
	if (err)
		return err;
	*ino = e.inode;
	*type = e.type;
	return 1;
}

static long rofs2_readlink(struct vnode *v, char *buf, size_t size)
{
	size = min(size, v->size);
	int err = rofs2_table((u64)v->data, buf, size);
	return err ? err : (long)size;
}

#define MAGIC	0x524f4653

/* include/xattr.h, for those who ask. */
bool rofs_has_xattrs(struct vnode *v)
{
	return v->mount && v->mount->magic == MAGIC;
}

int rofs_xattr_next(struct vnode *v, struct rofs_xattr *x)
{
	struct rofs2_xattr head;
	u32 first = 0;
	int err = 0;

	if (!x->next) {
		err = rofs2_table(inode_at(v->ino) + offsetof(struct rofs2_inode, xattrs), &first, sizeof(first));
		x->next = first;
	}
	if (err || !x->next || (err = rofs2_table(x->next, &head.name_len, sizeof(head.name_len))) || !head.name_len)
		return err;
	if (head.name_len >= sizeof(x->name) || rofs2_table(x->next, &head, sizeof(head)) ||
	    rofs2_table(x->next + sizeof(head), x->name, head.name_len))
		return -EIO;
	x->name[head.name_len] = 0;
	x->value = x->next + sizeof(head) + head.name_len;
	x->size = head.value_len;
	x->next = x->value + x->size;
	return 1;
}

int rofs_xattr_value(const struct rofs_xattr *x, void *value)
{
	return rofs2_table(x->value, value, x->size);
}

/* Called by fs/mount.c. Returns what is wrong, or NULL. */
static const char *mount(struct mount *m, struct block_device *dev)
{
	struct rofs2_super sb;

	rofs_device = dev;
	tables.ops = &file_ops;
	tables.mode = S_IFREG;
	tables.size = ROFS2_BLOCK;	/* more than the superblock comes with it */
	if (dev->sectors < ROFS2_BLOCK / ROFS_SECTOR || rofs2_table(0, &sb, sizeof(sb)))
		return "its first block cannot be read";
	if (sb.magic != ROFS_MAGIC)
		return "it is not a rofs image";
	if (sb.version != ROFS2_VERSION || sb.block_size != ROFS2_BLOCK)
		return "it is a rofs image of another version";
	if (sb.features & ~ROFS2_HOLES)
		return "it has features unknown to this kernel";
	if (sb.blocks > dev->sectors / (ROFS2_BLOCK / ROFS_SECTOR) || sb.table_bytes > sb.blocks * ROFS2_BLOCK)
		return "it is cut short";
	tables.size = sb.table_bytes;
	radix_set(&rofs_vnodes, 0, &tables);	/* for rofs_reclaim(); no inode has the number 0 */
	m->magic = MAGIC;
	m->blocks = sb.blocks;
	m->inodes = sb.inodes;
	if (inode_vnode(m, 1, &m->root) || !S_ISDIR(m->root->mode))
		return "its root directory is damaged";
	return NULL;
}

ROOT_FS(rofs2_reader, mount);
