/* /proc/self/fd: links that lead to the open files themselves; /proc/self/fdinfo: how they were opened (proc(5)). */
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
	if (target->mount || target->name)
		n = vnode_path_shown(target, name);
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

static const struct vnode_ops fd_ops = { .readlink = fd_readlink, .follow = fd_follow, .release = proc_release, .shared = &proc_shared };

/* The node of descriptor FD in DIR. */
static int node_new(struct vnode *dir, long fd, const struct procnode *node, u32 mode, const struct vnode_ops *ops, struct vnode **out)
{
	int err = proc_vnode_new(dir, node, PROC(dir)->path, mode, ops, PROC(dir)->tid, out);

	if (!err) {
		PROC(*out)->fd = fd;
		(*out)->ino += fd + 1;
	}
	return err;
}

static struct file *file_of(const char *name, size_t len, long *fd)
{
	*fd = parse_number(name, len);
	return *fd < 0 ? NULL : fd_get(*fd);
}

static int dir_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	long fd;
	struct file *f = file_of(name, len, &fd);

	if (!f)
		return -ENOENT;
	int access = f->flags & O_ACCMODE;
	u32 mode = S_IFLNK | 0100 | (access != O_WRONLY ? 0400 : 0) | (access != O_RDONLY ? 0200 : 0);
	file_put(f);
	int err = node_new(dir, fd, NULL, mode, &fd_ops, out);
	if (!err)
		(*out)->size = 64;
	return err;
}

/* What files of some kinds tell besides, each where its call is (proc_pid_fdinfo(5)); of other files, nothing. */
OPTIONAL void pidfd_info(struct text *t, struct file *f) { (void)t, (void)f; }
OPTIONAL void eventfd_info(struct text *t, struct file *f) { (void)t, (void)f; }
OPTIONAL void signalfd_info(struct text *t, struct file *f) { (void)t, (void)f; }
OPTIONAL void timerfd_info(struct text *t, struct file *f) { (void)t, (void)f; }
OPTIONAL void epoll_info(struct text *t, struct file *f) { (void)t, (void)f; }
OPTIONAL void inotify_info(struct text *t, struct file *f) { (void)t, (void)f; }

static void show_kind(struct text *t, struct file *f)
{
	pidfd_info(t, f);
	eventfd_info(t, f);
	signalfd_info(t, f);
	timerfd_info(t, f);
	epoll_info(t, f);
	inotify_info(t, f);
}

static void show_info(struct text *t)
{
	struct file *f = fd_get(t->fd);

	if (!f)
		return;
	u64 pos = file_positioned(f) ? f->pos : 0;
	text_printf(t, "pos:\t%lu\nflags:\t0%o\nmnt_id:\t%u\nino:\t%lu\n", pos, f->flags | (fd_cloexec(t->fd, -1) > 0 ? O_CLOEXEC : 0),
		f->vnode->mount ? f->vnode->mount->dev : 0, f->vnode->ino);
	show_kind(t, f);
	file_put(f);
}
static const struct procnode info_node = { "rt" "fdinfo/FD", show_info };

static int info_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	long fd;
	struct file *f = file_of(name, len, &fd);

	if (!f)
		return -ENOENT;
	file_put(f);
	return node_new(dir, fd, &info_node, S_IFREG | 0444, &proc_file_vnode_ops, out);
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

static int info_readdir(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	int r = dir_readdir(dir, cookie, name, ino, type);

	*type = DT_REG;
	return r;
}

/* As many as are open (Linux fs/proc/fd.c). */
static void dir_stat(struct vnode *dir, struct stat *st)
{
	for (int fd = -1; (fd = fd_next(fd + 1)) >= 0;)
		st->st_size++;
}

static const struct vnode_ops dir_ops = {
	.open = proc_dir_open, .lookup = dir_lookup, .readdir = dir_readdir, .stat = dir_stat, .release = proc_release, .shared = &proc_shared,
};

PROCNODE(self_fd, "Dt" "fd", .ops = &dir_ops);

static const struct vnode_ops info_ops = {
	.open = proc_dir_open, .lookup = info_lookup, .readdir = info_readdir, .release = proc_release, .shared = &proc_shared,
};

PROCNODE(self_fdinfo, "dt" "fdinfo", .ops = &info_ops);
