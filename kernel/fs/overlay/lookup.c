/* Names, above and below. */
#include "ovl.h"

/* A name in memory may have a slash, and no file's has; a folder of the host gets what layers of container images have. */
#define HOST_PREFIX	".wh."
#define MEMORY_PREFIX	"/"
#define OPAQUE		".wh..wh..opq"	/* in a folder: nothing below is to be seen. Others make them */

static const char *prefix(void) { return ovl_store ? HOST_PREFIX : MEMORY_PREFIX; }
size_t ovl_prefix(void) { return strlen(prefix()); }

bool ovl_is_whiteout(const char *name)
{
	return !strncmp(name, prefix(), ovl_prefix());
}

bool ovl_reserved(const char *name, size_t len)
{
	return ovl_store && len >= ovl_prefix() && ovl_is_whiteout(name);
}

/* The name of the whiteout that hides NAME; its length, or -ENAMETOOLONG. */
static long white_name(char *buf, const char *name, size_t len)
{
	size_t n = ovl_prefix();

	if (len > NAME_MAX || (ovl_store && n + len > NAME_MAX))
		return -ENAMETOOLONG;
	memcpy(buf, prefix(), n);
	memcpy(buf + n, name, len);
	buf[n + len] = 0;
	return n + len;
}

int ovl_upper_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	int err = dir->ops->lookup(dir, name, len, out);

	if (!err)
		vnode_adopt(dir, name, len, *out);
	return err;
}

/* 1, 0 or -errno */
static int has(struct vnode *dir, const char *name, size_t len)
{
	struct vnode *v;
	int err = dir->ops->lookup(dir, name, len, &v);

	if (!err)
		vnode_put(v);
	return !err ? 1 : err == -ENOENT ? 0 : err;
}

int ovl_lower_has(struct vnode *dir, const char *name, size_t len)
{
	return ovl_node(dir)->lower ? has(ovl_node(dir)->lower, name, len) : 0;
}

static int whited(struct vnode *upper, const char *name, size_t len)
{
	char white[NAME_ROOM];
	long n = white_name(white, name, len);

	return n < 0 ? 0 : has(upper, white, n);
}

/* DIR has a folder above. */
int ovl_white_out(struct vnode *dir, const char *name, size_t len)
{
	struct vnode *upper = ovl_node(dir)->upper, *v;
	char white[NAME_ROOM];
	long n = white_name(white, name, len);

	if (n < 0)
		return n;
	int err = upper->ops->create(upper, white, n, S_IFREG, 0, &v);
	if (!err)
		vnode_put(v);
	return err == -EEXIST ? 0 : err;
}

/* What is below in DIR and not hidden: *OUT, or NULL. UPPER is what is above, or NULL. */
static int below(struct ovl_node *dir, struct vnode *upper, const char *name, size_t len, struct vnode **out)
{
	struct vnode *v;
	int err = dir->lower ? dir->lower->ops->lookup(dir->lower, name, len, &v) : -ENOENT, hidden = 0;

	if (err)
		return err == -ENOENT ? 0 : err;
	if (upper && !S_ISDIR(v->mode))
		hidden = 1;
	if (!hidden && dir->upper)
		hidden = whited(dir->upper, name, len);
	if (!hidden && upper && ovl_store)
		hidden = has(upper, OPAQUE, strlen(OPAQUE));
	if (!hidden)
		*out = v;
	else
		vnode_put(v);
	return min(hidden, 0);
}

int ovl_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	struct ovl_node *d = ovl_node(dir);
	struct vnode *upper = NULL, *lower = NULL;
	int err = 0;

	if (ovl_reserved(name, len))
		return -ENOENT;
	if (d->upper && (err = ovl_upper_lookup(d->upper, name, len, &upper)) && err != -ENOENT)
		return err;
	if (upper && !S_ISDIR(upper->mode) && ovl_store)
		ovl_settle(NULL);	/* it may be a copy whose node does not know of it yet */
	if (!upper || S_ISDIR(upper->mode)) {
		if ((err = below(d, upper, name, len, &lower))) {
			vnode_put(upper);
			return err;
		}
	}
	return upper || lower ? ovl_node_of(upper, lower, out) : -ENOENT;
}
