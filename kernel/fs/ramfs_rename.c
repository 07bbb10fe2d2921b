/* Moving of names in memory. It comes with rename(2) (sys/file/rename.c). */
#include "kernel.h"
#include "linux_file.h"
#include "ramfs.h"

const char ramfs_rename[1];

/* E, in FROM, becomes W: what overlayfs takes for a name that was removed. */
static void white_out(struct vnode *from, struct ram_entry *e, struct vnode *w)
{
	struct vnode *v = e->v;

	e->v = w;
	if (S_ISDIR(v->mode))
		from->nlink--;
	vnode_adopt(from, e->name, e->len, w);
	vnode_put(v);
}

/* The caller (sys/file/rename.c) has checked kinds, loops and mounts. Flags: RENAME_EXCHANGE (2), RENAME_WHITEOUT (4). */
int ram_rename(struct vnode *from, const char *name, size_t len, struct vnode *to, const char *new_name, size_t new_len, unsigned flags)
{
	struct ram_entry *e = ram_find(from, name, len), *old = ram_find(to, new_name, new_len);
	struct vnode *v, *gone = NULL, *w = NULL;
	int err;

	if (!e || (flags & 2 && !old))
		return -ENOENT;
	if (!to->nlink)
		return -ENOENT;
	vnode_get(v = e->v);
	if (old)
		vnode_get(gone = old->v);
	if (flags & 2) {
		bool v_dir = S_ISDIR(v->mode), g_dir = S_ISDIR(gone->mode);
		ram_forget_place(from, e);
		ram_forget_place(to, old);
		e->v = gone;	/* the entries keep their references */
		old->v = v;
		from->nlink += g_dir - v_dir;
		to->nlink += v_dir - g_dir;
		vnode_adopt(to, new_name, new_len, v);
		vnode_adopt(from, name, len, gone);
		err = 0;
	} else {
		if (old && S_ISDIR(gone->mode) && RAM(gone)->dir.count) {
			err = -ENOTEMPTY;
			goto out;
		}
		if (flags & 4 && !(w = ram_new(from->mount, S_IFCHR, 0))) {
			err = -ENOSPC;
			goto out;
		}
		ram_forget_place(from, e);
		if ((err = ram_add(to, new_name, new_len, v))) {
			vnode_adopt(from, name, len, v);
			vnode_put(w);
			goto out;
		}
		if (w)
			white_out(from, e, w);
		else
			ram_del(from, e);
		if (old) {
			gone->nlink -= S_ISDIR(gone->mode) ? 2 : 1;
			ram_del(to, old);
		}
	}
	u64 now = now_realtime();
	v->ctime_ns = now;
	from->mtime_ns = from->ctime_ns = to->mtime_ns = to->ctime_ns = now;
	if (gone)
		gone->ctime_ns = now;
out:
	vnode_put(v);
	vnode_put(gone);
	return err;
}
