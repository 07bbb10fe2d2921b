/* Extended attributes (xattr(7)) of files in memory, of the image, and of file systems that keep them by themselves. */
#include "file.h"
#include "inotify.h"
#include "overlay.h"
#include "permission.h"
#include "xattr.h"

#define NAME_SIZE	256	/* with the NUL */
#define VALUE_MAX	65536
#define LIST_MAX	65536
#define CAP_SYS_ADMIN	21

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static const struct xattr_ops *kept_by(const struct vnode *v)
{
	return v->ops->shared ? v->ops->shared->xattrs : NULL;
}

static int name_get(const char *user, char *name)
{
	long n = user_strlen(user, NAME_SIZE);

	if (n <= 0)
		return n == 0 || n == -ENAMETOOLONG ? -ERANGE : n;
	memcpy(name, user, n);
	name[n] = 0;
	return 0;
}

/* Who may touch attributes of that name, and whether the file has such: Linux's xattr_permission() and resolve_name(). */
static int check(struct vnode *v, const char *name, bool write)
{
	struct vnode *real = overlay_real(v);
	static const char *const prefixes[] = { "user.", "trusted.", "security." };
	int err = write ? vnode_writable(v) : 0;

	if (err)
		return err;
	if (begins(name, "trusted.") && !capable(CAP_SYS_ADMIN))
		return write ? -EPERM : -ENODATA;
	if (begins(name, "user.") && !S_ISREG(v->mode) && !S_ISDIR(v->mode))
		return write ? -EPERM : -ENODATA;
	if (begins(name, "user.") && (err = permission(v, write ? MAY_WRITE : MAY_READ)))
		return err;
	for (u32 i = 0; (ram_xattrs(real) || rofs_has_xattrs(real) || kept_by(v)) && i < array_len(prefixes); i++)
		if (begins(name, prefixes[i]))
			return !name[strlen(prefixes[i])] ? -EINVAL : write ? overlay_write_xattrs(v) : 0;
	return -EOPNOTSUPP;
}

/* Where the attribute NAME is, or would be: they are sorted as Linux lists them, the last first. */
static struct xattr **place(struct vnode *v, const char *name, bool *found)
{
	struct xattr **p = ram_xattrs(overlay_real(v));

	while (*p && strcmp((*p)->name, name) > 0)
		p = &(*p)->next;
	*found = *p && !strcmp((*p)->name, name);
	return p;
}

static void drop(struct xattr **p)
{
	struct xattr *x = *p;

	*p = x->next;
	kfree(x);
}

static void changed(struct vnode *v)
{
	v->ctime_ns = now_realtime();
	notify_file(v, IN_ATTRIB);
}

static struct xattr *make(const char *name, const void *value, size_t size)
{
	size_t n = strlen(name) + 1;
	struct xattr *x = kmalloc(sizeof(*x) + n + size);

	if (!x)
		return NULL;
	x->size = size;
	x->value = x->name + n;
	memcpy(x->name, name, n);
	memcpy(x->value, value, size);
	return x;
}

static void changed_there(struct vnode *v, int err)
{
	if (!err)
		notify_file(v, IN_ATTRIB);
}

/* The program's memory is not touched while a file system is at work. */
static long set_kept(struct vnode *v, const char *name, const void *value, size_t size, int flags)
{
	char *copy = kmalloc(size + 1);
	int err = !copy ? -ENOMEM : user_copy(copy, value, size) < size ? -EFAULT : kept_by(v)->set(v, name, copy, size, flags);

	kfree(copy);
	changed_there(v, err);
	return err;
}

static long get_kept(struct vnode *v, const char *name, void *value, size_t size)
{
	char *copy = size ? kmalloc(size = min(size, (size_t)VALUE_MAX)) : NULL;
	long n = size && !copy ? -ENOMEM : kept_by(v)->get(v, name, copy, size);

	if (n > 0 && size && (!user_ok(value, n, PROT_WRITE) || user_copy(value, copy, n) < (size_t)n))
		n = -EFAULT;
	kfree(copy);
	return n;
}

static long set(struct vnode *v, const char *name, const void *value, size_t size, int flags)
{
	bool found;
	int err = check(v, name, true);

	if (err)
		return err;
	if (kept_by(v))
		return set_kept(v, name, value, size, flags);
	struct xattr *x = make(name, value, size);	/* may sleep: before looking */
	if (!x)
		return -ENOSPC;
	struct xattr **p = place(v, name, &found);
	KEEP(file_caps_anchor);
	if (found ? flags & XATTR_CREATE : flags & XATTR_REPLACE) {
		kfree(x);
		return found ? -EEXIST : -ENODATA;
	}
	if (found)
		drop(p);
	x->next = *p;
	*p = x;
	changed(v);
	return 0;
}

static long get_image(struct vnode *v, const char *name, void *value, size_t size)
{
	long n = rofs_xattr(v, name, NULL, 0);

	if (n <= 0 || !size)
		return n;
	if (size < (size_t)n)
		return -ERANGE;
	CHECK_WRITE(value, n);
	return rofs_xattr(v, name, value, n);
}

static long get(struct vnode *v, const char *name, void *value, size_t size)
{
	bool found;
	struct vnode *real = overlay_real(v);
	int err = check(v, name, false);

	if (err)
		return err;
	if (kept_by(v))
		return get_kept(v, name, value, size);
	if (rofs_has_xattrs(real))
		return get_image(real, name, value, size);
	struct xattr *x = *place(v, name, &found);
	if (!found)
		return -ENODATA;
	if (!size)
		return x->size;
	if (size < x->size)
		return -ERANGE;
	CHECK_WRITE(value, x->size);
	memcpy(value, x->value, x->size);
	return x->size;
}

/* Puts NAME down behind *DONE bytes of NAMES, or with a SIZE of 0 only counts it. */
static long tell(const char *name, char *names, size_t size, size_t *done)
{
	size_t n = strlen(name) + 1;

	if (!strcmp(name, "call") || (begins(name, "trusted.") && !capable(CAP_SYS_ADMIN)))	/* the first is the kernel's own */
		return 0;
	if (size && n > size - *done)
		return -ERANGE;
	if (size) {
		CHECK_WRITE(names + *done, n);
		memcpy(names + *done, name, n);
	}
	*done += n;
	return 0;
}

static long list_image(struct vnode *v, char *names, size_t size)
{
	struct rofs_xattr x = { 0 };
	size_t done = 0;
	long err;

	while ((err = rofs_xattr_next(v, &x)) > 0)
		if ((err = tell(x.name, names, size, &done)))
			break;
	return err ? err : (long)done;
}

static long list_kept(struct vnode *v, char *names, size_t size)
{
	char name[NAME_SIZE];
	size_t done = 0;
	u64 at = 0;
	long err;

	while ((err = kept_by(v)->next(v, &at, name)) > 0)
		if ((err = tell(name, names, size, &done)))
			break;
	return err ? err : (long)done;
}

static long list(struct vnode *v, char *names, size_t size)
{
	struct vnode *real = overlay_real(v);
	struct xattr **first = ram_xattrs(real);
	size_t done = 0;
	long err = 0;

	if (kept_by(v))
		return list_kept(v, names, size);
	if (rofs_has_xattrs(real))
		return list_image(real, names, size);
	for (struct xattr *x = first ? *first : NULL; x && !err; x = x->next)
		err = tell(x->name, names, size, &done);
	return err ? err : (long)done;
}

static long remove(struct vnode *v, const char *name)
{
	bool found;
	int err = check(v, name, true);

	if (!err && kept_by(v)) {
		err = kept_by(v)->set(v, name, NULL, 0, 0);
		changed_there(v, err);
		return err;
	}
	if (err)
		return err;
	struct xattr **p = place(v, name, &found);
	if (!found)
		return -ENODATA;
	drop(p);
	changed(v);
	return 0;
}

/* One call: of PATH (LOOKUP_NOFOLLOW: of a link itself), or of the file FD. */
struct call {
	const char *path;
	int lookup, fd;
	bool by_fd;
};

static int vnode_of(const struct call *c, struct path *p)
{
	if (!c->by_fd)
		return at_walk(AT_FDCWD, c->path, 0, c->lookup, p);
	FD_FILE(f, c->fd);
	vnode_get(p->v = f->vnode);
	return 0;
}

static long do_set(struct call c, const char *user, const void *value, size_t size, int flags)
{
	char name[NAME_SIZE];
	PATH_VAR(p);

	KERNEL_LOCK();
	int err = flags & ~(XATTR_CREATE | XATTR_REPLACE) ? -EINVAL : name_get(user, name);
	if (err)
		return err;
	if (size > VALUE_MAX)
		return -E2BIG;
	if (size)
		CHECK_READ(value, size);
	err = vnode_of(&c, &p);
	return err ? err : set(p.v, name, value, size, flags);
}

static long do_get(struct call c, const char *user, void *value, size_t size)
{
	char name[NAME_SIZE];
	PATH_VAR(p);

	KERNEL_LOCK();
	int err = name_get(user, name);
	if (err || (err = vnode_of(&c, &p)))
		return err;
	return get(p.v, name, value, size);
}

static long do_list(struct call c, char *names, size_t size)
{
	PATH_VAR(p);

	KERNEL_LOCK();
	int err = vnode_of(&c, &p);
	return err ? err : list(p.v, names, min(size, (size_t)LIST_MAX));
}

static long do_remove(struct call c, const char *user)
{
	char name[NAME_SIZE];
	PATH_VAR(p);

	KERNEL_LOCK();
	int err = name_get(user, name);
	if (err || (err = vnode_of(&c, &p)))
		return err;
	return remove(p.v, name);
}

#define BY_PATH		((struct call){ .path = path })
#define BY_LINK		((struct call){ .path = path, .lookup = LOOKUP_NOFOLLOW })
#define BY_FD		((struct call){ .fd = fd, .by_fd = true })

long sys_setxattr(const char *path, const char *name, const void *value, size_t size, int flags)
{
	return do_set(BY_PATH, name, value, size, flags);
}
SYSCALL(188, setxattr, PARTIAL("files of shares have no attributes"));

long sys_lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags)
{
	return do_set(BY_LINK, name, value, size, flags);
}
SYSCALL(189, lsetxattr, PARTIAL("files of shares have no attributes"));

long sys_fsetxattr(int fd, const char *name, const void *value, size_t size, int flags)
{
	return do_set(BY_FD, name, value, size, flags);
}
SYSCALL(190, fsetxattr, PARTIAL("files of shares have no attributes"));

long sys_getxattr(const char *path, const char *name, void *value, size_t size)
{
	return do_get(BY_PATH, name, value, size);
}
SYSCALL(191, getxattr, PARTIAL("files of shares have no attributes"));

long sys_lgetxattr(const char *path, const char *name, void *value, size_t size)
{
	return do_get(BY_LINK, name, value, size);
}
SYSCALL(192, lgetxattr, PARTIAL("files of shares have no attributes"));

long sys_fgetxattr(int fd, const char *name, void *value, size_t size)
{
	return do_get(BY_FD, name, value, size);
}
SYSCALL(193, fgetxattr, PARTIAL("files of shares have no attributes"));

long sys_listxattr(const char *path, char *names, size_t size)
{
	return do_list(BY_PATH, names, size);
}
SYSCALL(194, listxattr, PARTIAL("files of shares have no attributes"));

long sys_llistxattr(const char *path, char *names, size_t size)
{
	return do_list(BY_LINK, names, size);
}
SYSCALL(195, llistxattr, PARTIAL("files of shares have no attributes"));

long sys_flistxattr(int fd, char *names, size_t size)
{
	return do_list(BY_FD, names, size);
}
SYSCALL(196, flistxattr, PARTIAL("files of shares have no attributes"));

long sys_removexattr(const char *path, const char *name)
{
	return do_remove(BY_PATH, name);
}
SYSCALL(197, removexattr, PARTIAL("files of shares have no attributes"));

long sys_lremovexattr(const char *path, const char *name)
{
	return do_remove(BY_LINK, name);
}
SYSCALL(198, lremovexattr, PARTIAL("files of shares have no attributes"));

long sys_fremovexattr(int fd, const char *name)
{
	return do_remove(BY_FD, name);
}
SYSCALL(199, fremovexattr, PARTIAL("files of shares have no attributes"));
