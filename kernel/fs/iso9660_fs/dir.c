/* Directories. */
#include "iso9660.h"

static int lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	struct iso_entry e;
	int err = iso_index_find(NODE(dir), name, len, &e);

	return err ? err : iso_node_of(NODE(dir), &e, out);
}

static int readdir(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	struct iso_entry e;
	int r = iso_entry(NODE(dir), *cookie, &e, NULL);

	if (r <= 0)
		return r;
	memcpy(name, e.name, e.len);
	name[e.len] = 0;
	*ino = e.ino;
	*type = MODE_TO_DT(e.mode);
	*cookie = e.next;
	return 1;
}

const struct vnode_ops iso_dir_ops = { .lookup = lookup, .readdir = readdir, .release = iso_node_release };
