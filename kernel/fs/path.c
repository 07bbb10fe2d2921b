/* Path resolution (POSIX path_resolution, Linux path_resolution(7)). */
#include "kernel.h"
#include "linux_file.h"
#include "permission.h"
#include "vfs.h"

static int lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	for (struct mount *m = dir->mounts; m; m = m->sibling)
		if (strlen(m->name) == len && !memcmp(m->name, name, len)) {
			vnode_get(*out = m->root);
			return 0;
		}
	int err = dir->ops->lookup(dir, name, len, out);
	if (!err)
		vnode_adopt(dir, name, len, *out);
	return err;
}

/* fs/accessed.c, when linked with what reads files. */
OPTIONAL void link_followed(struct vnode *link) {}

/* The rest of a walk after a link: its target, then what followed it. */
static int expand(struct vnode *link, const char *rest, char **buf)
{
	size_t tail = strlen(rest) + 1;
	char *b = kmalloc(PATH_MAX + tail);
	if (!b)
		return -ENOMEM;
	long n = link->ops->readlink ? link->ops->readlink(link, b, PATH_MAX - 1) : -EINVAL;
	if (n >= 0 && (n == 0 || n + tail > PATH_MAX))
		n = n ? -ENAMETOOLONG : -ENOENT;
	if (n < 0) {
		kfree(b);
		return n;
	}
	link_followed(link);
	memcpy(b + n, rest, tail);
	kfree(*buf);
	*buf = b;
	return 0;
}

int path_walk(struct vnode *start, const char *path, int flags, struct path *out)
{
	struct vnode *cur = start ? start : cwd_vnode ? cwd_vnode : root_vnode;
	char *buf = NULL;
	int links = 0, err;

	out->parent = out->v = NULL;
	out->len = 0;
	out->slash = out->followed = false;
	if (!*path)
		return -ENOENT;
	if (*path == '/')
		cur = root_vnode;
	out->kind = LAST_ROOT;
	vnode_get(cur);
	for (;;) {
		while (*path == '/')
			path++;
		if (!*path)
			break;
		const char *name = path;
		while (*path && *path != '/')
			path++;
		size_t len = path - name;
		const char *rest = path;
		while (*path == '/')
			path++;
		bool last = !*path, slash = *rest == '/';

		err = -ENOTDIR;
		if (!S_ISDIR(cur->mode))
			goto fail;
		if ((err = permission(cur, MAY_EXEC)))
			goto fail;
		err = -ENAMETOOLONG;
		if (len > NAME_MAX && !(last && flags & LOOKUP_PARENT))
			goto fail;
		if (name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.'))) {
			out->kind = len == 1 ? LAST_DOT : LAST_DOTDOT;
			if (last && flags & LOOKUP_PARENT)
				break;
			if (len == 2 && cur->parent && cur != root_vnode) {
				struct vnode *up = cur->parent;
				vnode_get(up);
				vnode_put(cur);
				cur = up;
			}
			out->slash = slash;
			continue;
		}

		struct vnode *v = NULL;
		if (last) {
			out->len = min(len, (size_t)NAME_MAX + 1);
			memcpy(out->name, name, out->len);
			out->name[out->len] = 0;
			out->slash = slash;
			if (flags & LOOKUP_PARENT) {
				out->kind = LAST_NAME;
				out->parent = cur;
				kfree(buf);
				return 0;
			}
		}
		err = -EISDIR;
		if (last && slash && flags & LOOKUP_CREATE)
			goto fail;
		err = cur->ops->lookup ? lookup(cur, name, len, &v) : -ENOTDIR;
		if (err == -ENOENT && last && flags & LOOKUP_MISSING) {
			out->kind = LAST_NAME;
			out->parent = cur;
			kfree(buf);
			return 0;
		}
		if (err)
			goto fail;

		if (S_ISLNK(v->mode) && (!last || slash || !(flags & LOOKUP_NOFOLLOW))) {
			err = -ELOOP;
			if (++links > SYMLINKS_MAX)
				goto fail_v;
			if (v->ops->follow) {
				struct vnode *target;
				if ((err = v->ops->follow(v, &target)))
					goto fail_v;
				vnode_put(v);
				v = target;
				out->followed = last;
			} else {
				if ((err = expand(v, rest, &buf)))
					goto fail_v;
				vnode_put(v);
				path = buf;
				out->kind = LAST_ROOT;
				if (*path == '/') {
					vnode_get(root_vnode);
					vnode_put(cur);
					cur = root_vnode;
				}
				continue;
			}
		}
		if (last) {
			err = -ENOTDIR;
			if ((slash || flags & LOOKUP_DIRECTORY) && !S_ISDIR(v->mode))
				goto fail_v;
			out->kind = LAST_NAME;
			out->parent = cur;
			out->v = v;
			kfree(buf);
			return 0;
		}
		vnode_put(cur);
		cur = v;
		continue;
fail_v:
		vnode_put(v);
		goto fail;
	}
	/* ".", ".." or "/": there is no name to create or remove. */
	kfree(buf);
	out->v = cur;
	return 0;
fail:
	kfree(buf);
	vnode_put(cur);
	return err;
}

void path_put(struct path *p)
{
	vnode_put(p->parent);
	vnode_put(p->v);
	p->parent = p->v = NULL;
}

int vfs_lookup(struct vnode *start, const char *path, int flags, struct vnode **out)
{
	struct path p;
	int err = path_walk(start, path, flags & ~(LOOKUP_PARENT | LOOKUP_MISSING), &p);

	if (err)
		return err;
	vnode_put(p.parent);
	*out = p.v;
	return 0;
}
