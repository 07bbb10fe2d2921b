/* Mounting a share: mount -t 9p TAG FOLDER. */
#include "module.h"
#include "p9.h"

#define V9FS_MAGIC	0x01021997
#define MSIZE_DEFAULT	(128 * 1024 + IO_HEADER)
#define MSIZE_MAX	(1024 * 1024 + IO_HEADER)
#define IO_HEADER	24	/* more than is before the data of any message */

MODULE_ALIAS("fs-9p");

static struct list shares = LIST_INIT(shares);

/* Options as Linux's 9p has them; of caches there is only one kind here, and one user. */
static const char *const accepted[] = {
	"trans=virtio", "version=9p2000.L", "cache=none", "cache=mmap", "cache=loose", "access=user", "access=any", "access=client", NULL,
};

/* A decimal number that takes up all of S; 0: it is none, or too large. */
static u32 number(const char *s, size_t len)
{
	u32 n = 0;

	for (; len && *s >= '0' && *s <= '9' && n < 100000000; s++, len--)
		n = n * 10 + *s - '0';
	return len ? 0 : n;
}

static int option(const char *s, size_t len, u32 *msize)
{
	for (const char *const *a = accepted; *a; a++)
		if (strlen(*a) == len && !memcmp(s, *a, len))
			return 0;
	if (len > 7 && !memcmp(s, "access=", 7))
		return number(s + 7, len - 7) || (len == 8 && s[7] == '0') ? 0 : -EINVAL;
	if (len > 6 && !memcmp(s, "msize=", 6)) {
		*msize = min(number(s + 6, len - 6), (u32)MSIZE_MAX);
		return *msize >= PAGE_SIZE ? 0 : -EINVAL;
	}
	return -EINVAL;
}

static int options_read(const char *s, u32 *msize)
{
	int err = 0;

	while (*s && !err) {
		size_t n = 0;
		while (s[n] && s[n] != ',')
			n++;
		err = n ? option(s, n, msize) : 0;
		s += s[n] ? n + 1 : n;
	}
	return err;
}

/* One for all mounts of the device: asking anew would end what the others have open. */
static int session(struct channel *c, u32 msize)
{
	int err = 0;

	while (c->starting)
		wait_on(&c->waiting, FOREVER, false);
	if (c->msize)
		return 0;
	c->starting = true;
	err = p9_version(c, max(msize, (u32)MSIZE_DEFAULT));
	c->starting = false;
	wake_all(&c->waiting);
	return err;
}

static int attach(struct share *s, struct vnode **root)
{
	struct fid *f = p9_fid_new(s->channel);
	struct node *n;

	if (!f)
		return -ENOMEM;
	int err = p9_attach(f);
	if (err) {
		p9_fid_put(f);
		return err;
	}
	if ((err = p9_node_find(s, f, &n)))
		return err;
	*root = &n->v;
	if (S_ISDIR(n->v.mode) || S_ISREG(n->v.mode))
		return 0;
	vnode_put(*root);
	return -ENOTDIR;
}

static int share_mount(struct mount *m, struct block_device *disk, const char *options)
{
	struct channel *c = p9_channel_find(m->source);
	u32 msize = MSIZE_DEFAULT;
	int err = options_read(options, &msize);

	if (err)
		return err;
	if (!c)
		return -ENXIO;
	if ((err = session(c, msize)))
		return err;
	struct share *s = kzalloc(sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->channel = c;
	s->mount = m;
	s->io = min(msize, c->msize) - IO_HEADER;
	for (u32 i = 0; i < BUCKETS; i++)
		list_init(&s->nodes[i]);
	if ((err = attach(s, &m->root)))
		kfree(s);
	else
		list_append(&shares, &s->all);
	m->data = s;
	return err;
}

static void share_unmount(struct mount *m)
{
	struct share *s = m->data;

	list_remove(&s->all);
	kfree(s);
}

static int share_statfs(struct mount *m, struct statfs *st)
{
	return p9_statfs(p9_node(m->root)->fid, st);
}

static u64 share_reclaim(u64 pages)
{
	struct share *s;
	struct node *n;
	u64 freed = 0;

	list_each(s, &shares, all)
		for (u32 i = 0; i < BUCKETS; i++)
			list_each(n, &s->nodes[i], same)
				if (freed < pages)
					freed += pagecache_drop(&n->v);
	return freed;
}

static struct file_system type = {
	.name = "9p", .magic = V9FS_MAGIC, .mount = share_mount, .unmount = share_unmount, .statfs = share_statfs,
	.sync = p9_sync, .reclaim = share_reclaim,
};

static int start(void)
{
	KEEP(map_write_back_anchor);
#ifndef MODULE	/* which would keep signals in every kernel that may load it */
	KEEP(host_signals);		/* who ends the machine lets it write what was stored (kvmboot/writeback.go) */
#endif
	return file_system_register(&type);
}

static void stop(void)
{
	file_system_unregister(&type);
}
MODULE_INIT(start, stop);
DRIVER(virtio_9p, VIRTIO_ID_9P, p9_probe);
