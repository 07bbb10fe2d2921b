/* devpts: a name for each pseudoterminal whose master is open, and ptmx. */
#include "identity.h"
#include "permission.h"
#include "pty.h"

#define MAJOR		136
#define PTMX		MAKEDEV(5, 2)
#define MODE		0600	/* of slaves, and of ptmx in here, as the kernel mounts it for who says nothing */
#define PTMX_MODE	0
#define BLOCK		1024
#define FIRST_INODE	3

static struct pty *pairs;	/* by number */
static struct vnode ptmx;

u32 pty_count;

static bool is_named(const struct pty *p)
{
	return p->node.nlink;
}

static int slave_open(struct vnode *v, struct file *f)
{
	return tty_open(&((struct pty *)v->data)->tty, f);
}

static void slave_release(struct vnode *v)
{
	struct pty *p = v->data, **at = &pairs;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	pty_count--;
	kfree(p);
}

static void node_stat(struct vnode *v, struct stat *st)
{
	st->st_blksize = BLOCK;
}

static const struct vnode_ops slave_ops = { .open = slave_open, .release = slave_release, .stat = node_stat };

static void make_node(struct pty *p)
{
	u64 now = now_realtime();

	p->node = (struct vnode){ .ops = &slave_ops, .refs = 1, .mode = S_IFCHR | MODE, .nlink = 1, .ino = FIRST_INODE + p->index,
		.uid = identity()->user.fs, .gid = identity()->group.fs, .rdev = MAKEDEV(MAJOR, p->index), .mount = ptmx.mount,
		.mtime_ns = now, .atime_ns = now, .ctime_ns = now, .data = p };
	p->tty.rdev = p->node.rdev;
}

/* Its place is behind the first number that the next does not follow. */
static struct pty **place(u32 *index)
{
	struct pty **at = &pairs;

	for (*index = 0; *at && (*at)->index == *index; ++*index)
		at = &(*at)->next;
	return at;
}

static int name_of(u32 index, char *name)
{
	return ksnprintf(name, 12, "%u", index);
}

struct pty *pty_new(void)
{
	u32 index;
	struct pty **at = place(&index);
	char name[12];

	if (index >= PTY_MOST)
		return ERR_PTR(-ENOSPC);
	struct pty *p = kzalloc(sizeof(*p));
	if (!p)
		return ERR_PTR(-ENOMEM);
	tty_init(&p->tty, &pty_device);
	waitq_init(&p->readers);
	waitq_init(&p->writers);
	p->index = index;
	make_node(p);
	p->next = *at;
	*at = p;
	pty_count++;
	vnode_adopt(ptmx.mount->root, name, name_of(index, name), &p->node);
	return p;
}

void pty_unlink(struct pty *p)
{
	p->node.nlink = 0;
	vnode_orphan(&p->node);
	vnode_put(&p->node);
}

int pty_slave_open(struct pty *p, int flags, struct file **out)
{
	char path[32];
	int err = vnode_open(&p->node, flags, out);

	if (err)
		return err;
	long n = vnode_path(&p->node, NULL, path, sizeof(path));
	if (n > 0 && ((*out)->path = kmalloc(n + 1)))
		memcpy((*out)->path, path, n + 1);
	return 0;
}

static int lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	char own[12];

	if (len == 4 && !memcmp(name, "ptmx", 4)) {
		vnode_get(*out = &ptmx);
		return 0;
	}
	for (struct pty *p = pairs; p; p = p->next)
		if (is_named(p) && (size_t)name_of(p->index, own) == len && !memcmp(own, name, len)) {
			vnode_get(*out = &p->node);
			return 0;
		}
	return -ENOENT;
}

/* The cookie is the number before, and 1 more; 0: ptmx comes first. */
static int readdir(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	*type = DT_CHR;
	if (!*cookie) {
		memcpy(name, "ptmx", 5);
		*ino = ptmx.ino;
		*cookie = 1;
		return 1;
	}
	for (struct pty *p = pairs; p; p = p->next)
		if (is_named(p) && p->index >= *cookie - 1) {
			name_of(p->index, name);
			*ino = p->node.ino;
			*cookie = p->index + 2;
			return 1;
		}
	return 0;
}

static int ptmx_open(struct vnode *v, struct file *f)
{
	return pty_master_open(f);
}

static const struct vnode_ops dir_ops = { .lookup = lookup, .readdir = readdir };
static const struct vnode_ops ptmx_vnode_ops = { .open = ptmx_open, .stat = node_stat };
static const struct file_ops ptmx_file_ops = { .open = pty_master_open };

DEVNODE(ptmx, "ptmx", S_IFCHR | 0666, PTMX, &ptmx_file_ops);

static int mount(struct mount *m)
{
	static struct vnode root;
	u64 now = now_realtime();

	root = (struct vnode){ .ops = &dir_ops, .refs = 1, .mode = S_IFDIR | 0755, .nlink = 2, .ino = 1, .mount = m,
		.mtime_ns = now, .atime_ns = now, .ctime_ns = now };
	ptmx = (struct vnode){ .ops = &ptmx_vnode_ops, .refs = 1, .mode = S_IFCHR | PTMX_MODE, .nlink = 1, .ino = 2, .mount = m,
		.rdev = PTMX, .mtime_ns = now, .atime_ns = now, .ctime_ns = now };
	m->root = &root;
	m->options = ",mode=600,ptmxmode=000";
	return 0;
}
FSMOUNT(devpts, "/dev/pts", "devpts", 0x1cd1, mount);

static int keep(struct virtio_device *unused)
{
	KEEP(devnode_ptmx);
	KEEP(procnode_pty_max);
	KEEP(procnode_pty_nr);
	KEEP(pty_drivers);
	KEEP(fsmount_devpts);
	return 0;
}
DRIVER(pty, 0, keep);
