/* Resolution with limits: openat2(2). Each name is looked up by itself, so that the walk of all
 * other calls (fs/path.c) knows nothing of this one. */
#include "resolve.h"

#define SCOPED	(RESOLVE_BENEATH | RESOLVE_IN_ROOT)

struct walk {
	struct vnode *root, *dir;	/* ROOT: where ".." stops, and "/" leads to */
	char *path;			/* what is left, in BUF */
	char *buf;
	u64 how;
	int links;
};

/* May a step lead from A to B? */
static int crosses(const struct walk *w, const struct vnode *a, const struct vnode *b)
{
	if (a->mount != b->mount && w->how & RESOLVE_NO_XDEV)
		return -EXDEV;
	if (b->ops->shared && w->how & RESOLVE_CACHED)
		return -EAGAIN;		/* others are to be asked */
	return 0;
}

static int go(struct walk *w, struct vnode *to)
{
	int err = crosses(w, w->dir, to);

	if (!err) {
		vnode_get(to);
		vnode_put(w->dir);
		w->dir = to;
	}
	return err;
}

static int go_root(struct walk *w)
{
	if (w->how & RESOLVE_BENEATH)
		return -EXDEV;
	return go(w, w->how & RESOLVE_IN_ROOT ? w->root : root_vnode);
}

/* "." and "..". */
static int go_dots(struct walk *w, bool up)
{
	bool stays = !up || (w->dir == w->root && w->how & SCOPED);
	PATH_VAR(p);
	int err = path_walk(w->dir, stays ? "." : "..", 0, &p);

	if (!err && up && stays && w->how & RESOLVE_BENEATH)
		err = -EXDEV;
	return err ? err : go(w, p.v);
}

/* Goes on along link V, of which REST follows. */
static int go_link(struct walk *w, struct vnode *v, const char *rest)
{
	size_t tail = strlen(rest) + 1;
	char *b = kmalloc(PATH_MAX + tail);
	long n = -ENOMEM;

	if (b)
		n = v->ops->readlink ? v->ops->readlink(v, b, PATH_MAX - 1) : -EINVAL;
	if (n >= 0 && (n == 0 || n + tail > PATH_MAX))
		n = n ? -ENAMETOOLONG : -ENOENT;
	if (n < 0) {
		kfree(b);
		return n;
	}
	vnode_accessed(v);
	memcpy(b + n, rest, tail);
	kfree(w->buf);
	w->path = w->buf = b;
	if (*b != '/')
		return 0;
	if (vnode_in_proc(v)) {	/* exe, cwd, root: Linux's lead to the object too */
		if (w->how & RESOLVE_NO_MAGICLINKS)
			return -ELOOP;
		if (w->how & SCOPED)
			return -EXDEV;
	}
	return go_root(w);
}

/* A link that is to be followed. 1: the caller may go on to where V, one of /proc, leads. */
static int check_link(struct walk *w, struct vnode *v, struct vnode **target)
{
	if (w->how & RESOLVE_NO_SYMLINKS || ++w->links > SYMLINKS_MAX)
		return -ELOOP;
	if (!v->ops->follow)
		return 0;
	if (w->how & RESOLVE_NO_MAGICLINKS)
		return -ELOOP;
	int err = v->ops->follow(v, target);
	if (!err && (err = w->how & SCOPED ? -EXDEV : crosses(w, w->dir, *target)))
		vnode_put(*target);
	return err ? err : 1;
}

/* The next name, which is NAME. 1: it is the last, and the result. */
static int step(struct walk *w, char *name, int flags, struct resolved *out)
{
	char *end = name, *next;
	struct vnode *target;
	PATH_VAR(p);

	while (*end && *end != '/')
		end++;
	next = end;
	while (*next == '/')
		next++;
	bool last = !*next, slash = *end == '/';
	bool nofollow = flags & O_NOFOLLOW || (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
	size_t len = end - name;
	if (name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.'))) {
		w->path = next;
		return go_dots(w, len == 2);
	}
	if (last && slash && flags & O_CREAT)
		return -EISDIR;
	char *one = kmalloc(len + 2);
	if (!one)
		return -ENOMEM;
	memcpy(one, name, len);
	one[len] = 0;
	int err = path_walk(w->dir, one, LOOKUP_NOFOLLOW | (last ? LOOKUP_MISSING : 0), &p);
	if (err || !p.v)
		goto out;
	if (S_ISLNK(p.v->mode) && (!last || slash || !nofollow)) {
		if ((err = check_link(w, p.v, &target)) < 0)
			goto out;
		if (!err) {
			err = go_link(w, p.v, end);
			kfree(one);
			return err;
		}
		out->magic = last;
		if (!last)
			err = go(w, target);
		vnode_put(target);
	} else {
		err = last ? crosses(w, w->dir, p.v) : go(w, p.v);
	}
	w->path = next;
out:
	if (err >= 0 && last) {
		memcpy(one + len, "/", slash + 1);
		one[len + slash] = 0;
		out->name = one;
		return 1;
	}
	kfree(one);
	return err;
}

int resolve(struct vnode *start, char *path, u64 how, int flags, struct resolved *out)
{
	struct vnode *from = start ? start : cwd_vnode ? cwd_vnode : root_vnode;
	struct walk w = { .root = how & SCOPED ? from : root_vnode, .dir = from, .path = path, .buf = path, .how = how };
	int r = 0;

	*out = (struct resolved){ 0 };
	vnode_get(w.root);
	vnode_get(w.dir);
	if (*path == '/' && !(r = how & RESOLVE_BENEATH ? -EXDEV : 0)) {
		vnode_put(w.dir);	/* an absolute path begins anywhere */
		vnode_get(w.dir = w.root);
	}
	while (!r) {
		while (*w.path == '/')
			w.path++;
		if (!*w.path)
			break;
		r = step(&w, w.path, flags, out);
	}
	if (r >= 0 && !out->name) {	/* the path ended in "/", "." or ".." */
		out->name = kmalloc(2);
		if (out->name)
			memcpy(out->name, ".", 2);
		else
			r = -ENOMEM;
	}
	kfree(w.buf);
	vnode_put(w.root);
	out->dir = w.dir;
	return min(r, 0);
}
