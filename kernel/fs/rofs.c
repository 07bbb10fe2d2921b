/* rofs version 1: mount, directories, links. The format is described in
 * rofs.h. Every number of the image is checked before it is used: counts and
 * names at mount, each inode when it is first reached. */
#include "kernel.h"
#include "linux_file.h"
#include "rofs.h"

struct rofs *rofs_root;

static const struct vnode_ops rofs_dir_ops, rofs_file_ops, rofs_link_ops;

struct entry {
	u64 inode;
	u16 len;
} __attribute__((packed));
#define ENTRY_SIZE	10

/* Moves *OFFSET from entry FROM to entry TO. */
static int skip_entries(struct rofs *fs, u64 *offset, u64 from, u64 to)
{
	struct entry e;

	for (; from < to; from++) {
		int err = rofs_meta(fs, *offset, &e, ENTRY_SIZE);
		if (err)
			return err;
		*offset += ENTRY_SIZE + e.len;
	}
	return 0;
}

static int inode_vnode(struct rofs *fs, struct mount *m, u64 number, struct vnode **out)
{
	struct vnode *v = radix_get(&fs->vnodes, number);
	struct rofs_inode in;

	if (v) {
		vnode_get(*out = v);
		return 0;
	}
	int err = rofs_meta(fs, fs->inode_table + (number - 1) * sizeof(in), &in, sizeof(in));
	if (err)
		return err;
	if (!(v = kzalloc(sizeof(*v))))
		return -ENOMEM;
	u64 bytes = fs->dev->sectors * ROFS_BLOCK, perm = in.mode & 07777;
	v->size = in.count;
	v->nlink = 1;
	switch (in.mode & S_IFMT) {
	case ROFS_DIR:
		if (in.start > fs->entries || in.count > fs->entries - in.start)
			goto bad;
		v->ops = &rofs_dir_ops;
		v->mode = S_IFDIR | (perm ? perm : 0555);
		v->size = align_up(in.count * 32 + 1, 4096UL);
		break;
	case ROFS_REG:
		if (in.count && (in.start > fs->dev->sectors || in.count > bytes - in.start * ROFS_BLOCK))
			goto bad;
		v->ops = &rofs_file_ops;
		v->mode = S_IFREG | (perm ? perm : 0555);
		break;
	case ROFS_LNK:
		if (in.start >= fs->links)
			goto bad;
		v->ops = &rofs_link_ops;
		v->mode = S_IFLNK | 0777;
		break;
	default:
		goto bad;
	}
	v->refs = 2;	/* the table's and the caller's */
	v->ino = number;
	v->mount = m;
	v->data = (void *)in.start;
	v->rdev = in.count;	/* of a directory: its entries */
	if (radix_set(&fs->vnodes, number, v)) {
		kfree(v);
		return -ENOMEM;
	}
	*out = v;
	return 0;
bad:
	kfree(v);
	return -EIO;
}

/* Entries of DIR from number I on: offset of the first. */
static int seek_entry(struct rofs *fs, struct vnode *dir, u64 i, u64 *offset)
{
	u64 n = (u64)dir->data + i;

	*offset = fs->entry_index[n / STRIDE];
	return skip_entries(fs, offset, n - n % STRIDE, n);
}

static int rofs_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	struct rofs *fs = rofs_root;
	u64 offset;
	u8 buf[ENTRY_SIZE + NAME_MAX];
	struct entry *e = (struct entry *)buf;

	if (!dir->rdev)
		return -ENOENT;
	int err = seek_entry(fs, dir, 0, &offset);
	for (u64 i = 0; !err && i < dir->rdev; i++) {
		if ((err = rofs_meta(fs, offset, buf, ENTRY_SIZE)))
			break;
		if (e->len == len) {
			if ((err = rofs_meta(fs, offset + ENTRY_SIZE, buf + ENTRY_SIZE, len)))
				break;
			if (!memcmp(buf + ENTRY_SIZE, name, len))
				return inode_vnode(fs, dir->mount, e->inode, out);
		}
		offset += ENTRY_SIZE + e->len;
	}
	return err ? err : -ENOENT;
}

static int rofs_readdir(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	struct rofs *fs = rofs_root;
	struct rofs_inode in;
	struct entry e;
	u64 offset;
	int err;

	if (*cookie >= dir->rdev)
		return 0;
	if ((err = seek_entry(fs, dir, *cookie, &offset)) ||
	    (err = rofs_meta(fs, offset, &e, ENTRY_SIZE)) ||
	    (err = rofs_meta(fs, offset + ENTRY_SIZE, name, e.len)) ||
	    (err = rofs_meta(fs, fs->inode_table + (e.inode - 1) * sizeof(in), &in, sizeof(in))))
		return err;
	name[e.len] = 0;
	*ino = e.inode;
	*type = MODE_TO_DT(in.mode);
	++*cookie;
	return 1;
}

static long rofs_readlink(struct vnode *v, char *buf, size_t size)
{
	struct rofs *fs = rofs_root;
	u64 n = (u64)v->data, offset = fs->link_index[n / STRIDE];
	u16 len;

	for (u64 i = n - n % STRIDE; ; i++, offset += sizeof(len) + len) {
		int err = rofs_meta(fs, offset, &len, sizeof(len));
		if (err)
			return err;
		if (i == n)
			break;
	}
	size = min(size, (size_t)len);
	int err = rofs_meta(fs, offset + sizeof(len), buf, size);
	return err ? err : (long)size;
}

static const struct vnode_ops rofs_dir_ops = { .lookup = rofs_lookup, .readdir = rofs_readdir };
static const struct vnode_ops rofs_file_ops = { .getpage = rofs_getpage, .direct = rofs_direct };
static const struct vnode_ops rofs_link_ops = { .readlink = rofs_readlink };

/* Checks every entry and link, and notes where every STRIDEth begins. Returns what is wrong, or NULL. */
static const char *index_tables(struct rofs *fs)
{
	u64 offset = 0;
	u8 buf[ENTRY_SIZE + NAME_MAX];
	struct entry *e = (struct entry *)buf;
	u16 len;

	fs->entry_index = kmalloc((fs->entries / STRIDE + 1) * sizeof(u32));
	fs->link_index = kmalloc((fs->links / STRIDE + 1) * sizeof(u32));
	if (!fs->entry_index || !fs->link_index)
		return "out of memory";
	for (u64 i = 0; i < fs->entries; i++) {
		if (i % STRIDE == 0)
			fs->entry_index[i / STRIDE] = offset;
		if (rofs_meta(fs, offset, buf, ENTRY_SIZE) || e->len > NAME_MAX ||
		    rofs_meta(fs, offset + ENTRY_SIZE, buf + ENTRY_SIZE, e->len))
			return "a directory entry is damaged";
		if (!e->len || e->inode - 1 >= fs->inodes)
			return "a directory entry is damaged";
		for (u32 j = ENTRY_SIZE; j < ENTRY_SIZE + e->len; j++)
			if (!buf[j] || buf[j] == '/')
				return "a directory entry is damaged";
		offset += ENTRY_SIZE + e->len;
	}
	for (u64 i = 0; i < fs->links; i++) {
		if (i % STRIDE == 0)
			fs->link_index[i / STRIDE] = offset;
		if (rofs_meta(fs, offset, &len, sizeof(len)) || len >= PATH_MAX ||
		    len > fs->meta_bytes - offset - sizeof(len))
			return "a symbolic link is damaged";
		offset += sizeof(len) + len;
	}
	fs->inode_table = offset;
	if (fs->inodes * sizeof(struct rofs_inode) > fs->meta_bytes - offset)
		return "its inodes are damaged";
	return NULL;
}

/* Called by fs/mount.c. Returns what is wrong, or NULL. */
const char *rofs_mount(struct mount *m, struct block_device *dev)
{
	struct rofs *fs = kzalloc(sizeof(*fs));
	struct rofs_super sb;
	const char *why;

	if (!fs)
		return "out of memory";
	rofs_root = fs;
	fs->dev = dev;
	if (!dev->sectors)
		return "the device is empty";
	if (rofs_meta_load(fs, 0, 1) || rofs_meta(fs, 0, &sb, sizeof(sb)))
		return "its first block cannot be read";
	if (!dev->mapped)
		pages_free((void *)fs->chunks[0], 0);
	kfree(fs->chunks);

	if (sb.magic != ROFS_MAGIC)
		return "it is not a rofs image";
	if (sb.version != ROFS_VERSION || sb.block_size != ROFS_BLOCK)
		return "it is a rofs image of another version";
	if (sb.meta_block >= dev->sectors || !sb.meta_blocks || sb.meta_blocks > dev->sectors - sb.meta_block)
		return "it is cut short";
	u64 bytes = sb.meta_blocks * ROFS_BLOCK;
	if (sb.meta_blocks >> 23 || sb.entries > bytes / ENTRY_SIZE || sb.links > bytes / 2 ||
	    !sb.inodes || sb.inodes > bytes / sizeof(struct rofs_inode))
		return "its superblock is damaged";
	fs->entries = sb.entries;
	fs->links = sb.links;
	fs->inodes = sb.inodes;
	if (rofs_meta_load(fs, sb.meta_block, sb.meta_blocks))
		return "its tables cannot be read";
	if ((why = index_tables(fs)))
		return why;
	m->magic = 0x524f4653;
	m->blocks = dev->sectors / 8;
	m->inodes = sb.inodes;
	if (inode_vnode(fs, m, 1, &m->root) || !S_ISDIR(m->root->mode))
		return "its root directory is damaged";
	return NULL;
}
