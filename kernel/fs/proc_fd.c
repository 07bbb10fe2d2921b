/* /proc/self/fd: links that lead to the open files themselves. */
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

static long fd_readlink(struct vnode *v, char *buf, size_t size)
{
	struct file *f = fd_get(PROC(v)->fd);
	char *name;
	long n = -ENOENT;

	if (!f)
		return n;
	struct vnode *target = f->vnode;
	if (!(name = kmalloc(PATH_MAX + 16))) {
		file_put(f);
		return -ENOMEM;
	}
	if (target->mount && target->nlink)
		n = vnode_path(target, NULL, name, PATH_MAX);
	if (n < 0 && f->path)
		n = ksnprintf(name, PATH_MAX + 16, target->nlink ? "%s" : "%s (deleted)", f->path);
	else if (n < 0)
		n = ksnprintf(name, PATH_MAX, S_ISCHR(target->mode) ? "/dev/console" : "pipe:[%lu]", target->ino);
	n = min((size_t)n, size);
	memcpy(buf, name, n);
	kfree(name);
	file_put(f);
	return n;
}

static int fd_follow(struct vnode *v, struct vnode **out)
{
	struct file *f = fd_get(PROC(v)->fd);

	if (!f)
		return -ENOENT;
	vnode_get(*out = f->vnode);
	file_put(f);
	return 0;
}

static const struct vnode_ops fd_ops = { .readlink = fd_readlink, .follow = fd_follow, .release = proc_release };

static int dir_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	long fd = parse_number(name, len);
	struct file *f = fd < 0 ? NULL : fd_get(fd);

	if (!f)
		return -ENOENT;
	int access = f->flags & O_ACCMODE;
	u32 mode = S_IFLNK | 0100 | (access != O_WRONLY ? 0400 : 0) | (access != O_RDONLY ? 0200 : 0);
	file_put(f);
	int err = proc_vnode_new(dir, NULL, PROC(dir)->path, mode, &fd_ops, 0, out);
	if (!err) {
		PROC(*out)->fd = fd;
		(*out)->ino += fd + 1;
		(*out)->size = 64;
	}
	return err;
}

static int dir_readdir(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	int fd = fd_next(*cookie);

	if (fd < 0)
		return 0;
	ksnprintf(name, 12, "%d", fd);
	*ino = dir->ino + fd + 1;
	*type = DT_LNK;
	*cookie = fd + 1;
	return 1;
}

static const struct vnode_ops dir_ops = { .lookup = dir_lookup, .readdir = dir_readdir, .release = proc_release };

PROCNODE(self_fd, "/proc/self/fd", S_IFDIR | 0500, true, NULL, &dir_ops);
