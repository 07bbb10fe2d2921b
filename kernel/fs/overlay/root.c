/* The overlay in the place of the root file system: uk.overlay=memory, or the tag of a share that keeps the changes. */
#include "driver.h"
#include "ovl.h"
#include "../ramfs.h"

/* The image builder's root for CONFIG_OVERLAY. */
const char drv_overlay[1];

struct mount *ovl_mount, *ovl_store;

static int statfs(struct mount *m, struct statfs *st)
{
	return ovl_store && ovl_store->file_system->statfs ? ovl_store->file_system->statfs(ovl_store, st) : 0;
}

/* Not of mount(2): there is one, from the start. */
static struct file_system type = { .name = "overlay", .magic = OVERLAYFS_MAGIC, .statfs = statfs };

static struct mount *store_mount(const char *tag)
{
	struct mount *m = kzalloc(sizeof(*m));
	struct file_system *t = file_systems;

	while (t && strcmp(t->name, "9p"))
		t = t->next;
	if (!t)
		panic(CMD_OVERLAY "=%s: this kernel has no driver virtio_9p built in", tag);
	if (!m)
		out_of_memory("while mounting");
	m->source = tag;
	m->path = "/";
	m->type = t->name;
	m->magic = t->magic;
	m->file_system = t;
	int err = t->mount(m, NULL, "trans=virtio");
	if (err)
		panic(CMD_OVERLAY "=%s: the folder for changes cannot be used: error %d", tag, -err);
	return m;
}

static struct vnode *root_of(struct mount *lower)
{
	struct vnode *upper = ovl_store ? ovl_store->root : ram_new(ovl_mount, S_IFDIR | 0755, 0), *v;

	if (!upper)
		out_of_memory("while mounting");
	if (!ovl_store) {
		upper->mode = lower->root->mode;
		upper->uid = lower->root->uid;
		upper->gid = lower->root->gid;
		upper->mtime_ns = lower->root->mtime_ns;
	}
	vnode_get(upper);
	vnode_get(lower->root);
	if (ovl_node_of(upper, lower->root, &v))
		out_of_memory("while mounting");
	return v;
}

struct mount *overlay_root(struct mount *lower)
{
	const char *store = cmdline_get(CMD_OVERLAY, 0);

	if (!store)
		return lower;
	if (!(ovl_mount = kzalloc(sizeof(*ovl_mount))))
		out_of_memory("while mounting");
	*ovl_mount = (struct mount){ .name = lower->name, .path = "/", .type = type.name, .source = type.name, .magic = type.magic,
		.file_system = &type, .options = ",lowerdir=/,upperdir=/" };
	if (strcmp(store, "memory"))
		ovl_store = store_mount(store);
	ovl_mount->root = root_of(lower);
	return ovl_mount;
}
