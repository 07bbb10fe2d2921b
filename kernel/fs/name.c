/* From a vnode back to its path. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

static char *prepend(char *buf, char *p, const char *name)
{
	size_t n = strlen(name);

	if (!p || (size_t)(p - buf) < n + 1)
		return NULL;
	memcpy(p -= n, name, n);
	*--p = '/';
	return p;
}

/* SIZE is not 0. *GONE: what was removed is where it was (vnode_orphan). Files in memory that never were anywhere may have a name without a parent. */
static long path_of(struct vnode *dir, const char *name, char *buf, size_t size, bool *gone)
{
	char *p = buf + size;

	*--p = 0;
	if (name)
		p = prepend(buf, p, name);
	for (; dir && dir != root_vnode; dir = dir->parent) {
		if (!dir->name)
			return -ENOENT;
		*gone |= !dir->nlink;
		p = prepend(buf, p, dir->name);
	}
	if (p && !*p)
		p = prepend(buf, p, "");
	if (!p)
		return -ERANGE;
	size_t n = buf + size - p;
	memmove(buf, p, n);
	return n - 1;
}

long vnode_path(struct vnode *dir, const char *name, char *buf, size_t size)
{
	bool gone = false;
	long n = path_of(dir, name, buf, size, &gone);

	return gone ? -ENOENT : n;
}

long vnode_path_shown(struct vnode *v, char *buf)
{
	static const char removed[] = " (deleted)";
	bool gone = false;
	long n = path_of(v, NULL, buf, PATH_MAX - sizeof(removed), &gone);

	if (n < 0 || !gone)
		return n;
	memcpy(buf + n, removed, sizeof(removed));
	return n + sizeof(removed) - 1;
}

char *path_string(const struct path *p)
{
	char *buf = kmalloc(PATH_MAX), *s = NULL;

	if (!buf)
		return NULL;
	bool itself = !p->parent || p->followed;
	if (vnode_path(itself ? p->v : p->parent, itself ? NULL : p->name, buf, PATH_MAX) > 0)
		s = kstrdup(buf);
	kfree(buf);
	return s;
}
