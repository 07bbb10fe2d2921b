/* /proc and /sys: directories that follow from the paths of gathered nodes,
 * files whose text is made when they are read (proc(5)). */
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

#define PROC_SUPER_MAGIC	0x9fa0
#define SYSFS_MAGIC		0x62656572
#define SELF			"/proc/self"

static const struct vnode_ops dir_ops, link_ops;

void proc_release(struct vnode *v)
{
	kfree(PROC(v));
}

int proc_vnode_new(struct vnode *dir, const struct procnode *node, const char *path, u32 mode,
		   const struct vnode_ops *ops, int tid, struct vnode **out)
{
	size_t n = strlen(path) + 1;
	struct proc_vnode *p = kzalloc(sizeof(*p) + n);
	u64 now = now_realtime(), ino = 5381 + tid;

	if (!p)
		return -ENOMEM;
	memcpy(p->path, path, n);
	for (size_t i = 0; i + 1 < n; i++)
		ino = (ino * 33 + (u8)path[i]) & 0x7fffffff;
	p->node = node;
	p->tid = tid;
	p->v = (struct vnode){ .ops = ops, .refs = 1, .mode = mode, .nlink = S_ISDIR(mode) ? 2 : 1, .ino = ino,
		.mount = dir->mount, .mtime_ns = now, .atime_ns = now, .ctime_ns = now };
	*out = &p->v;
	return 0;
}

int proc_dir_new(struct vnode *dir, const char *path, int tid, struct vnode **out)
{
	return proc_vnode_new(dir, NULL, path, S_IFDIR | 0555, &dir_ops, tid, out);
}

long parse_number(const char *s, size_t n)
{
	long v = 0;

	if (!n || n > 9 || (*s == '0' && n > 1))
		return -1;
	for (; n; n--, s++) {
		if (*s < '0' || *s > '9')
			return -1;
		v = v * 10 + *s - '0';
	}
	return v;
}

/* The part of NODE's path below directory P, or NULL. */
static const char *below(const struct proc_vnode *p, const struct procnode *n)
{
	size_t len = strlen(p->path);

	if (strncmp(n->path, p->path, len) || n->path[len] != '/' || (p->tid && !n->thread))
		return NULL;
	return n->path + len + 1;
}

static size_t part_len(const char *s)
{
	size_t n = 0;

	while (s[n] && s[n] != '/')
		n++;
	return n;
}

static int proc_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	struct proc_vnode *p = PROC(dir);
	bool top = !strcmp(p->path, "/proc");

	if (top && parse_number(name, len) == PID)
		return proc_dir_new(dir, SELF, 0, out);
	for (const struct procnode *n = procnode_start; n < procnode_end; n++) {
		const char *s = below(p, n);
		if (!s || part_len(s) != len || memcmp(s, name, len))
			continue;
		if (s[len]) {
			/* /proc/self itself is a link, a node of its own */
			char path[128];
			size_t at = s - n->path + len;
			if (at >= sizeof(path) || (top && len == 4 && !memcmp(name, "self", 4)))
				continue;
			memcpy(path, n->path, at);
			path[at] = 0;
			return proc_dir_new(dir, path, p->tid, out);
		}
		return proc_vnode_new(dir, n, n->path, n->mode,
			n->dir ? n->dir : S_ISLNK(n->mode) ? &link_ops : &proc_file_vnode_ops, p->tid, out);
	}
	return -ENOENT;
}

/* Cookie I: after node I - 1. The last one adds /proc/PID. */
static int proc_readdir(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	struct proc_vnode *p = PROC(dir);
	u64 count = procnode_end - procnode_start;

	while (*cookie < count) {
		const struct procnode *n = procnode_start + (*cookie)++, *m;
		const char *s = below(p, n), *t;
		if (!s)
			continue;
		size_t len = part_len(s);
		if (s[len] && !strncmp(n->path, SELF "/", sizeof(SELF)) && !strcmp(p->path, "/proc"))
			continue;
		for (m = procnode_start; m < n; m++)
			if ((t = below(p, m)) && part_len(t) == len && !memcmp(s, t, len))
				break;
		if (m < n)
			continue;
		memcpy(name, s, len);
		name[len] = 0;
		*ino = 1000 + *cookie;
		*type = s[len] ? DT_DIR : MODE_TO_DT(n->mode);
		return 1;
	}
	if (*cookie == count && !strcmp(p->path, "/proc")) {
		++*cookie;
		ksnprintf(name, 12, "%d", PID);
		*ino = 1000;
		*type = DT_DIR;
		return 1;
	}
	return 0;
}

static int show(struct vnode *v, struct text *t)
{
	struct proc_vnode *p = PROC(v);

	*t = (struct text){ .tid = p->tid, .fd = p->fd };
	p->node->show(t);
	if (t->failed) {
		kfree(t->buf);
		return -ENOMEM;
	}
	return 0;
}

static long proc_readlink(struct vnode *v, char *buf, size_t size)
{
	struct text t;
	int err = show(v, &t);

	if (err)
		return err;
	size = min(size, t.len);
	memcpy(buf, t.buf, size);
	kfree(t.buf);
	return size;
}

/* The text is made anew whenever reading starts at the beginning. */
static long proc_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	struct text *t = f->data;

	if (!PROC(f->vnode)->node->show)
		return -EINVAL;
	if (!*pos || !t->buf) {
		kfree(t->buf);
		t->buf = NULL;
		int err = show(f->vnode, t);
		if (err) {
			t->buf = NULL;
			return err;
		}
	}
	if (*pos >= t->len)
		return 0;
	n = min(n, t->len - *pos);
	memcpy(buf, t->buf + *pos, n);
	*pos += n;
	return n;
}

static long proc_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	const struct procnode *node = PROC(f->vnode)->node;

	return node->store ? node->store(buf, n) : -EACCES;
}

static void proc_file_release(struct file *f)
{
	struct text *t = f->data;

	if (t)
		kfree(t->buf);
	kfree(t);
}

/* What Linux makes as it is read has no end to count from; strings of the process and settings have. */
static bool has_end(const char *path)
{
	return !strncmp(path, "/proc/sys/", 10) || !strcmp(path, "/proc/self/cmdline") || !strcmp(path, "/proc/self/environ") ||
		!strcmp(path, "/proc/self/auxv");
}

static long proc_seek(struct file *f, s64 offset, int whence)
{
	if (whence == SEEK_END && !has_end(PROC(f->vnode)->node->path))
		return -EINVAL;
	return seek_simple(f, offset, whence);
}

static const struct file_ops proc_file_ops = {
	.read = proc_read, .write = proc_write, .seek = proc_seek, .release = proc_file_release,
};

static int proc_open(struct vnode *v, struct file *f)
{
	if ((f->flags & O_ACCMODE) != O_RDONLY && !PROC(v)->node->store)
		return -EACCES;
	f->ops = &proc_file_ops;
	f->data = kzalloc(sizeof(struct text));
	return f->data ? 0 : -ENOMEM;
}

static const struct vnode_ops dir_ops = { .lookup = proc_lookup, .readdir = proc_readdir, .release = proc_release };
const struct vnode_ops proc_file_vnode_ops = { .open = proc_open, .release = proc_release };
static const struct vnode_ops link_ops = { .readlink = proc_readlink, .release = proc_release };

static int mount_tree(struct mount *m, const char *path)
{
	struct vnode parent = { .mount = m };

	return proc_dir_new(&parent, path, 0, &m->root);
}

static int proc_mount(struct mount *m)
{
	KEEP(procnode_cpuinfo);
	KEEP(procnode_filesystems);
	KEEP(procnode_loadavg);
	KEEP(procnode_meminfo);
	KEEP(procnode_mounts);
	KEEP(procnode_partitions);
	KEEP(procnode_self);
	KEEP(procnode_self_cgroup);
	KEEP(procnode_self_cmdline);
	KEEP(procnode_self_comm);
	KEEP(procnode_self_cwd);
	KEEP(procnode_self_environ);
	KEEP(procnode_self_auxv);
	KEEP(procnode_self_exe);
	KEEP(procnode_self_fd);
	KEEP(procnode_self_gid_map);
	KEEP(procnode_self_fdinfo);
	KEEP(procnode_self_limits);
	KEEP(procnode_self_loginuid);
	KEEP(procnode_self_maps);
	KEEP(procnode_self_mountinfo);
	KEEP(procnode_self_mounts);
	KEEP(procnode_self_oom_score_adj);
	KEEP(procnode_self_root);
	KEEP(procnode_self_sessionid);
	KEEP(procnode_self_setgroups);
	KEEP(procnode_self_stat);
	KEEP(procnode_self_statm);
	KEEP(procnode_self_status);
	KEEP(procnode_self_task);
	KEEP(procnode_self_uid_map);
	KEEP(procnode_stat);
	KEEP(procnode_swaps);
	KEEP(procnode_sys_file_max);
	KEEP(procnode_sys_hostname);
	KEEP(procnode_sys_boot_id);
	KEEP(procnode_sys_cap_last_cap);
	KEEP(procnode_sys_entropy_avail);
	KEEP(procnode_sys_max_map_count);
	KEEP(procnode_sys_ngroups_max);
	KEEP(procnode_sys_nr_open);
	KEEP(procnode_sys_osrelease);
	KEEP(procnode_sys_ostype);
	KEEP(procnode_sys_overcommit_memory);
	KEEP(procnode_sys_pid_max);
	KEEP(procnode_sys_pipe_max_size);
	KEEP(procnode_sys_randomize);
	KEEP(procnode_sys_somaxconn);
	KEEP(procnode_sys_threads_max);
	KEEP(procnode_sys_uuid);
	KEEP(procnode_sys_version);
	KEEP(procnode_thread_self);
	KEEP(procnode_uptime);
	KEEP(procnode_version);
	return mount_tree(m, "/proc");
}
FSMOUNT(proc, "/proc", "proc", PROC_SUPER_MAGIC, proc_mount);

static int sys_mount_tree(struct mount *m)
{
	KEEP(procnode_cpu_online);
	KEEP(procnode_cpu_possible);
	KEEP(procnode_cpu_present);
	return mount_tree(m, "/sys");
}
FSMOUNT(sys, "/sys", "sysfs", SYSFS_MAGIC, sys_mount_tree);
