/* The root file system, and the table of what is mounted on it. A mount point
 * is a name that its parent directory shows, whether or not the file system
 * below has it: images need no empty /proc or /tmp. */
#include "kernel.h"
#include "rofs.h"

extern const struct fsmount fs_start[], fs_end[];

struct mount *mounts_all;
struct block_device *root_device;

static void add(struct mount *m)
{
	static u32 devs;
	struct mount **end = &mounts_all;

	m->dev = ++devs;
	while (*end)
		end = &(*end)->next;
	*end = m;
}

static struct mount *new(const char *path, const char *type)
{
	struct mount *m = kzalloc(sizeof(*m));

	if (!m)
		out_of_memory("while mounting");
	m->path = path;
	m->type = m->source = type;
	return m;
}

void mount_attach(struct mount *m, struct vnode *parent)
{
	add(m);
	m->sibling = parent->mounts;
	parent->mounts = m;
	vnode_get(parent);
}

static void mount_at(const struct fsmount *f)
{
	struct path at;

	if (path_walk(root_vnode, f->path, LOOKUP_PARENT, &at))
		return;	/* e.g. /var/tmp where there is no /var */
	if (at.parent && S_ISDIR(at.parent->mode)) {
		struct mount *m = new(f->path, f->type);
		m->name = f->path + strlen(f->path) - at.len;
		m->magic = f->magic;
		int err = f->mount(m);
		if (err == -ENOTEMPTY || err == -ENOENT) {	/* the image's own is kept */
			kfree(m);
			path_put(&at);
			return;
		}
		if (err)
			panic("%s: cannot mount %s: error %d", f->path, f->type, -err);
		vnode_adopt(at.parent, at.name, at.len, m->root);
		mount_attach(m, at.parent);
	}
	path_put(&at);
}

/* drivers/root_partition.c */
OPTIONAL struct block_device *root_part(struct block_device *whole) { return whole; }

/* fs/overlay: what is shown in the place of M, the root file system. */
OPTIONAL struct mount *overlay_root(struct mount *m) { return m; }

/* The driver, where it is built in: what has the image as a disk and what has it in memory count their disks alike. Where
 * it is a module, the image is never a disk. */
extern const char drv_virtio_blk[] __attribute__((weak));

void vfs_mount_root(void)
{
	static struct block_device module = { .name = "boot_module" };
	struct block_device *d = &module;

	if (boot_module_size) {
		module.mapped = phys_to_virt(boot_module_start);
		module.sectors = boot_module_size / 512;
		if (drv_virtio_blk) {
			module.next = root_device;	/* the first */
			root_device = d;
		}
	} else {
		d = root_part(root_device);
	}
	if (!d)
		panic("no root file system: add a disk the profile has a driver for, or a boot module");
	struct mount *m = new("/", "rofs");

	m->readonly = true;
	KEEP(pagecache_get);	/* either reader needs it */
	const char *why = "this kernel can read none";
	for (const struct root_fs *r = root_fs_start; why && r < root_fs_end; r++)	/* the builder selects the image's */
		why = r->mount(m, d);
	if (why)
		panic("root file system on %s: %s; build the image again", d->name, why);
	m = overlay_root(m);
	add(m);
	root_vnode = m->root;
	for (const struct fsmount *f = fs_start; f < fs_end; f++)
		mount_at(f);
}
