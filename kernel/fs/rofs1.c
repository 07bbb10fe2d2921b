/* rofs version 1: mount, directories, links. The format is described in
 * rofs1.h. Every number of the image is checked before it is used: counts and
 * names at mount, each inode when it is first reached. */
#include "kernel.h"
#include "linux_file.h"
#include "rofs1.h"

struct rofs1 rofs1;

static const struct vnode_ops rofs_dir_ops, rofs_file_ops, rofs_link_ops;

struct entry {
	u64 inode;
	u16 len;
} __attribute__((packed));
#define ENTRY_SIZE	10

/* Moves *OFFSET from entry FROM to entry TO. */
static int skip_entries(u64 *offset, u64 from, u64 to)
{
	struct entry e;

	for (; from < to; from++) {
		int err = rofs1_meta(*offset, &e, ENTRY_SIZE);
		if (err)
			return err;
		*offset += ENTRY_SIZE + e.len;
	}
	return 0;
}

static int inode_vnode(struct mount *m, u64 number, struct vnode **out)
{
	struct vnode *v = radix_get(&rofs_vnodes, number);
	struct rofs1_inode in;

	if (v) {
		vnode_get(*out = v);
		return 0;
	}
	int err = rofs1_meta(rofs1.inode_table + (number - 1) * sizeof(in), &in, sizeof(in));
	if (err)
		return err;
	if (!(v = kzalloc(sizeof(*v))))
		return -ENOMEM;
	u64 bytes = rofs_device->sectors * ROFS1_BLOCK, perm = in.mode & 07777;
	v->size = in.count;
	v->nlink = 1;
	switch (in.mode & S_IFMT) {
	case ROFS_DIR:
		if (in.start > rofs1.entries || in.count > rofs1.entries - in.start)
			goto bad;
		v->ops = &rofs_dir_ops;
		v->mode = S_IFDIR | (perm ? perm : 0555);
		v->size = align_up(in.count * 32 + 1, 4096UL);
		break;
	case ROFS_REG:
		if (in.count && (in.start > rofs_device->sectors || in.count > bytes - in.start * ROFS1_BLOCK))
			goto bad;
		v->ops = &rofs_file_ops;
		v->mode = S_IFREG | (perm ? perm : 0555);
		break;
	case ROFS_LNK:
		if (in.start >= rofs1.links)
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
	if (radix_set(&rofs_vnodes, number, v)) {
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
static int seek_entry(struct vnode *dir, u64 i, u64 *offset)
{
	u64 n = (u64)dir->data + i;

	*offset = rofs1.entry_index[n / STRIDE];
	return skip_entries(offset, n - n % STRIDE, n);
}

static int rofs_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	u64 offset;
	u8 buf[ENTRY_SIZE + NAME_MAX];
	struct entry *e = (struct entry *)buf;

	if (!dir->rdev)
		return -ENOENT;
	int err = seek_entry(dir, 0, &offset);
	for (u64 i = 0; !err && i < dir->rdev; i++) {
		if ((err = rofs1_meta(offset, buf, ENTRY_SIZE)))
			break;
		if (e->len == len) {
			if ((err = rofs1_meta(offset + ENTRY_SIZE, buf + ENTRY_SIZE, len)))
				break;
			if (!memcmp(buf + ENTRY_SIZE, name, len))
				return inode_vnode(dir->mount, e->inode, out);
		}
		offset += ENTRY_SIZE + e->len;
	}
	return err ? err : -ENOENT;
}

static int rofs_readdir(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	struct rofs1_inode in;
	struct entry e;
	u64 offset;
	int err;

	if (*cookie >= dir->rdev)
		return 0;
	if ((err = seek_entry(dir, *cookie, &offset)) ||
	    (err = rofs1_meta(offset, &e, ENTRY_SIZE)) ||
	    (err = rofs1_meta(offset + ENTRY_SIZE, name, e.len)) ||
	    (err = rofs1_meta(rofs1.inode_table + (e.inode - 1) * sizeof(in), &in, sizeof(in))))
		return err;
	name[e.len] = 0;
	*ino = e.inode;
	*type = MODE_TO_DT(in.mode);
	++*cookie;
	return 1;
}

static long rofs_readlink(struct vnode *v, char *buf, size_t size)
{
	u64 n = (u64)v->data, offset = rofs1.link_index[n / STRIDE];
	u16 len;

	for (u64 i = n - n % STRIDE; ; i++, offset += sizeof(len) + len) {
		int err = rofs1_meta(offset, &len, sizeof(len));
		if (err)
			return err;
		if (i == n)
			break;
	}
	size = min(size, (size_t)len);
	int err = rofs1_meta(offset + sizeof(len), buf, size);
	return err ? err : (long)size;
}

static const struct vnode_ops rofs_dir_ops = { .lookup = rofs_lookup, .readdir = rofs_readdir };
static const struct vnode_ops rofs_file_ops = { .getpage = rofs_getpage, .direct = rofs_direct };
static const struct vnode_ops rofs_link_ops = { .readlink = rofs_readlink };

/* Checks every entry and link, and notes where every STRIDEth begins. Returns what is wrong, or NULL. */
static const char *index_tables(void)
{
	u64 offset = 0;
	u8 buf[ENTRY_SIZE + NAME_MAX];
	struct entry *e = (struct entry *)buf;
	u16 len;

	rofs1.entry_index = kmalloc((rofs1.entries / STRIDE + 1) * sizeof(u32));
	rofs1.link_index = kmalloc((rofs1.links / STRIDE + 1) * sizeof(u32));
	if (!rofs1.entry_index || !rofs1.link_index)
		return "out of memory";
	for (u64 i = 0; i < rofs1.entries; i++) {
		if (i % STRIDE == 0)
			rofs1.entry_index[i / STRIDE] = offset;
		if (rofs1_meta(offset, buf, ENTRY_SIZE) || e->len > NAME_MAX ||
		    rofs1_meta(offset + ENTRY_SIZE, buf + ENTRY_SIZE, e->len))
			return "a directory entry is damaged";
		if (!e->len || e->inode - 1 >= rofs1.inodes)
			return "a directory entry is damaged";
		for (u32 j = ENTRY_SIZE; j < ENTRY_SIZE + e->len; j++)
			if (!buf[j] || buf[j] == '/')
				return "a directory entry is damaged";
		offset += ENTRY_SIZE + e->len;
	}
	for (u64 i = 0; i < rofs1.links; i++) {
		if (i % STRIDE == 0)
			rofs1.link_index[i / STRIDE] = offset;
		if (rofs1_meta(offset, &len, sizeof(len)) || len >= PATH_MAX ||
		    len > rofs1.meta_bytes - offset - sizeof(len))
			return "a symbolic link is damaged";
		offset += sizeof(len) + len;
	}
	rofs1.inode_table = offset;
	if (rofs1.inodes * sizeof(struct rofs1_inode) > rofs1.meta_bytes - offset)
		return "its inodes are damaged";
	return NULL;
}

/* Called by fs/mount.c. Returns what is wrong, or NULL. */
static const char *mount(struct mount *m, struct block_device *dev)
{
	struct rofs1_super sb;
	const char *why;

	rofs_device = dev;
	image_start = ~0UL;	/* contents begin anywhere, and other files' follow them at once: they are copied to pages */
	if (!dev->sectors)
		return "the device is empty";
	if (rofs1_meta_load(0, 1) || rofs1_meta(0, &sb, sizeof(sb)))
		return "its first block cannot be read";
	if (!dev->mapped)
		pages_free((void *)rofs1.chunks[0], 0);
	kfree(rofs1.chunks);

	if (sb.magic != ROFS_MAGIC)
		return "it is not a rofs image";
	if (sb.version != ROFS1_VERSION || sb.block_size != ROFS1_BLOCK)
		return "it is a rofs image of another version";
	if (sb.meta_block >= dev->sectors || !sb.meta_blocks || sb.meta_blocks > dev->sectors - sb.meta_block)
		return "it is cut short";
	u64 bytes = sb.meta_blocks * ROFS1_BLOCK;
	if (sb.meta_blocks >> 23 || sb.entries > bytes / ENTRY_SIZE || sb.links > bytes / 2 ||
	    !sb.inodes || sb.inodes > bytes / sizeof(struct rofs1_inode))
		return "its superblock is damaged";
	rofs1.entries = sb.entries;
	rofs1.links = sb.links;
	rofs1.inodes = sb.inodes;
	if (rofs1_meta_load(sb.meta_block, sb.meta_blocks))
		return "its tables cannot be read";
	if ((why = index_tables()))
		return why;
	m->magic = 0x524f4653;
	m->blocks = dev->sectors / 8;
	m->inodes = sb.inodes;
	if (inode_vnode(m, 1, &m->root) || !S_ISDIR(m->root->mode))
		return "its root directory is damaged";
	return NULL;
}

ROOT_FS(rofs1_reader, mount);
