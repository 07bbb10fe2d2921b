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
	if (!n)
		n = -ENOENT;
	else if (n > (long)(PATH_MAX - tail))
		n = -ENAMETOOLONG;
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

struct walk {
	struct vnode *cur;	/* where it has come to: a reference */
	const char *path;	/* what follows the name */
	char *buf;		/* of PATH, once a link was expanded; else NULL */
	const char *name;
	size_t len;
	bool last, slash;	/* is the name, follows it */
	int links, flags;
	struct path *out;
};

static bool next_name(struct walk *w)
{
	const char *s = w->path;

	while (*s == '/')
		s++;
	w->name = s;
	while (*s && *s != '/')
		s++;
	w->len = s - w->name;
	w->slash = *s == '/';
	while (*s == '/')
		s++;
	w->path = s;
	w->last = !*s;
	return w->len;
}

static void go(struct walk *w, struct vnode *to)
{
	vnode_get(to);
	vnode_put(w->cur);
	w->cur = to;
}

/* "." or "..", which nobody creates or removes: the walk ends where it is. */
static bool dots(struct walk *w)
{
	bool up = w->len == 2;

	if (w->len > 2 || w->name[0] != '.' || w->name[w->len - 1] != '.')
		return false;
	w->out->kind = up ? LAST_DOTDOT : LAST_DOT;
	if (w->last && w->flags & LOOKUP_PARENT)
		return true;
	if (up && w->cur->parent && w->cur != root_vnode)
		go(w, w->cur->parent);
	w->out->slash = w->slash;
	return true;
}

/* *V is a link: it becomes what is there, or NULL if the walk goes on with its text. */
static int follow(struct walk *w, struct vnode **v)
{
	struct vnode *link = *v, *target = NULL;
	int err;

	if (++w->links > SYMLINKS_MAX)
		return -ELOOP;
	if (link->ops->follow) {
		if ((err = link->ops->follow(link, &target)))
			return err;
		w->out->followed = w->last;
	} else {
		if ((err = expand(link, w->name + w->len, &w->buf)))
			return err;
		w->path = w->buf;
		w->out->kind = LAST_ROOT;
		if (*w->path == '/')
			go(w, root_vnode);
	}
	vnode_put(link);
	*v = target;
	return 0;
}

enum { GO_ON, FOUND };

static int found(struct walk *w, struct vnode *v)
{
	w->out->kind = LAST_NAME;
	w->out->parent = w->cur;
	w->out->v = v;
	return FOUND;
}

static void note_last(const struct walk *w)
{
	struct path *out = w->out;

	out->len = min(w->len, (size_t)NAME_MAX + 1);
	memcpy(out->name, w->name, out->len);
	out->name[out->len] = 0;
	out->slash = w->slash;
}

/* The last name leads to V. */
static int arrive(struct walk *w, struct vnode *v)
{
	if (!(w->slash || w->flags & LOOKUP_DIRECTORY) || S_ISDIR(v->mode))
		return found(w, v);
	vnode_put(v);
	return -ENOTDIR;
}

/* One name further. */
static int step(struct walk *w)
{
	bool parent = w->last && w->flags & LOOKUP_PARENT;
	struct vnode *v = NULL;
	int err;

	if (!S_ISDIR(w->cur->mode))
		return -ENOTDIR;
	if ((err = permission(w->cur, MAY_EXEC)))
		return err;
	if (w->len > NAME_MAX && !parent)
		return -ENAMETOOLONG;
	if (dots(w))
		return GO_ON;
	if (w->last)
		note_last(w);
	if (parent)
		return found(w, NULL);
	if (w->last && w->slash && w->flags & LOOKUP_CREATE)
		return -EISDIR;
	err = w->cur->ops->lookup ? lookup(w->cur, w->name, w->len, &v) : -ENOTDIR;
	if (err == -ENOENT && w->last && w->flags & LOOKUP_MISSING)
		return found(w, NULL);
	if (err)
		return err;
	if (S_ISLNK(v->mode) && (!w->last || w->slash || !(w->flags & LOOKUP_NOFOLLOW)))
		err = follow(w, &v);
	if (!err && v && w->last)
		return arrive(w, v);
	if (!err && v)
		go(w, v);
	vnode_put(v);
	return err;
}

int path_walk(struct vnode *start, const char *path, int flags, struct path *out)
{
	struct walk w = { start ? start : cwd_vnode ? cwd_vnode : root_vnode, path, .flags = flags, .out = out };
	int r = GO_ON;

	out->parent = out->v = NULL;
	out->len = 0;
	out->slash = out->followed = false;
	out->kind = LAST_ROOT;
	if (!*path)
		return -ENOENT;
	if (*path == '/')
		w.cur = root_vnode;
	vnode_get(w.cur);
	while (r == GO_ON && next_name(&w))
		r = step(&w);
	kfree(w.buf);
	if (r == GO_ON)		/* ".", ".." or "/" */
		out->v = w.cur;
	else if (r < 0)
		vnode_put(w.cur);
	return min(r, 0);
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
