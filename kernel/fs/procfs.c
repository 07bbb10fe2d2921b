/* /proc and /sys: directories that follow from the paths of gathered nodes,
 * files whose text is made when they are read (proc(5)). */
#include "cpu.h"
#include "identity.h"
#include "kernel.h"
#include "linux_file.h"
#include "proc_more.h"
#include "procfs.h"

#define SYSFS_MAGIC		0x62656572
#define TOP			"/proc"
#define SELF			"/proc/self"
#define ROOT_INO		1	/* of /proc, on Linux */

static const struct vnode_ops dir_ops, link_ops;

void proc_release(struct vnode *v)
{
	kfree(PROC(v));
}

u64 proc_ino(const char *path, size_t len, int tid, const u32 *index)
{
	u64 ino = 5381 + tid + index[0] * 31 + index[1] * 1009;

	if (len == sizeof(TOP) - 1)
		return ROOT_INO;
	for (size_t i = 0; i < len; i++)
		ino = (ino * 33 + (u8)path[i]) & 0x7fffffff;
	return ino;
}

int proc_vnode_new(struct vnode *dir, const struct procnode *node, const char *path, u32 mode,
		   const struct vnode_ops *ops, int tid, struct vnode **out)
{
	static const u32 none[2];
	size_t n = strlen(path) + 1;
	struct proc_vnode *p = kzalloc(sizeof(*p) + n);
	const u32 *index = dir->ops ? PROC(dir)->index : none;
	u64 now = now_realtime();

	if (!p)
		return -ENOMEM;
	memcpy(p->path, path, n);
	memcpy(p->index, index, sizeof(p->index));
	p->node = node;
	p->tid = tid;
	p->whole = dir->ops && PROC(dir)->whole && strcmp(path, SELF);
	p->v = (struct vnode){ .ops = ops, .refs = 1, .mode = mode, .nlink = S_ISDIR(mode) ? 2 : 1, .ino = proc_ino(path, n - 1, tid, index),
		.mount = dir->mount, .mtime_ns = now, .atime_ns = now, .ctime_ns = now };
	if (!strncmp(path, SELF, sizeof(SELF) - 1)) {	/* the process's own, whoever it is by now */
		p->v.uid = identity_first.user.effective;
		p->v.gid = identity_first.group.effective;
	}
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

/* What the first letter of a node's name says: the letters, in the order of what the node points to. */
static const char kinds[] = "rplwqPndD";
enum { SHOW_LAST = 2, MORE_LAST = 5 };

static unsigned kind(const struct procnode *n)
{
	unsigned k = 0;

	while (kinds[k] != n->name[0])
		k++;
	return k;
}

static u32 node_mode(const struct procnode *n)
{
	static const u16 modes[] = { S_IFREG | 0444, S_IFREG | 0400, S_IFLNK | 0777, S_IFREG | 0644, S_IFREG | 0600, S_IFREG | 0400,
		S_IFLNK | 0777, S_IFDIR | 0555, S_IFDIR | 0500 };

	return modes[kind(n)];
}

static struct procmore more(const struct procnode *n)
{
	unsigned k = kind(n);

	return k <= SHOW_LAST ? (struct procmore){ n->show } : k <= MORE_LAST ? *n->more : (struct procmore){ NULL };
}

const char *proc_arg(const struct procnode *n)
{
	return n->name + strlen(n->name) + 1;
}

static bool is_folder(const struct procnode *n)
{
	return *n->name == '/';
}

/* The node behind N, or NULL. Those of a module come behind the kernel's own, so that it is loaded for what these lack. */
static const struct procnode *next(const struct procnode *n)
{
	static const struct procnode *end;

	if (++n == procnode_end)
		n = proc_more(&end);
	return n == end ? NULL : n;
}

/* Of nodes before the first folder. */
static const struct procnode top_folder = { TOP "/" };

/* The part of N's path below directory P, or NULL. It ends in a slash where more follows, be it in N's name. */
static const char *below(const struct proc_vnode *p, const struct procnode *folder, const struct procnode *n)
{
	const char *name = n->name, *dir = folder->name;
	char where = name[1];

	if (is_folder(n) || (p->tid && !p->whole ? where == 's' : where == 'T'))
		return NULL;
	if (where != '-')
		dir = SELF "/";
	name += 2;
	size_t len = strlen(p->path), head = strlen(dir);
	if (len < head) {
		if (strncmp(dir, p->path, len) || dir[len] != '/')
			return NULL;
		return dir[len + 1] ? dir + len + 1 : name;
	}
	len -= head;
	return strncmp(p->path, dir, head) || strncmp(name, p->path + head, len) || name[len] != '/' ? NULL : name + len + 1;
}

static size_t part_len(const char *s)
{
	size_t n = 0;

	while (s[n] && s[n] != '/')
		n++;
	return n;
}

/* Which of the numbers in P's path one in the part below is. */
static unsigned hash_slot(const struct proc_vnode *p)
{
	for (const char *s = p->path; *s; s++)
		if (*s == '#')
			return 1;
	return 0;
}

/* What # in a part below P stands for is below that: the first one of a path counts processors. */
static unsigned hash_count(const struct proc_vnode *p, const struct procnode *folder)
{
	return hash_slot(p) ? folder->count() : cpu_count;
}

/* Is NAME the part S, N bytes long, with any number for #? *NUMBER: which, or -1. */
static bool same_part(const char *s, size_t n, const char *name, size_t len, long *number)
{
	*number = -1;
	if (n && s[n - 1] == '#') {
		if (len < n || memcmp(s, name, n - 1))
			return false;
		*number = parse_number(name + n - 1, len - n + 1);
		return *number >= 0;
	}
	return n == len && !memcmp(s, name, len);
}

static int node_new(struct vnode *dir, const struct procnode *n, const char *path, struct vnode **out)
{
	u32 mode = node_mode(n);
	const struct vnode_ops *ops = kind(n) > MORE_LAST ? n->ops : S_ISLNK(mode) ? &link_ops : &proc_file_vnode_ops;

	int err = proc_vnode_new(dir, n, path, mode, ops, PROC(dir)->tid, out);

	if (!err && ops == &link_ops && n->show == show_target)
		(*out)->size = strlen(proc_arg(n));
	return err;
}

/* The thread of /proc/TID, which is not listed (proc(5)). */
static int thread_lookup(struct vnode *dir, long tid, struct vnode **out)
{
	if (tid != PID && !thread_by_tid(tid))
		return -ENOENT;
	int err = proc_dir_new(dir, SELF, tid == PID ? 0 : tid, out);
	if (!err)
		PROC(*out)->whole = true;
	return err;
}

/* Is N, whose part S is a folder, shown elsewhere? /proc/self itself is a link, a node of its own. */
static bool hidden(bool top, const struct procnode *n)
{
	return top && n->name[1] != '-';
}

#define PATH_ROOM 128
/* The path of the part S below P: its length. */
static size_t path_of(const struct proc_vnode *p, const char *s, size_t len, char *path)
{
	return ksnprintf(path, PATH_ROOM, "%s/%.*s", p->path, (int)len, s);
}

static int proc_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	struct proc_vnode *p = PROC(dir);
	bool top = !strcmp(p->path, TOP);
	long number = parse_number(name, len);
	const struct procnode *folder = &top_folder;
	char path[PATH_ROOM];

	if (top && number > 0)
		return thread_lookup(dir, number, out);
	for (const struct procnode *n = procnode_start; n; n = next(n)) {
		size_t part;
		folder = is_folder(n) ? n : folder;
		const char *s = below(p, folder, n);
		if (!s || !same_part(s, part = part_len(s), name, len, &number) || (s[part] && hidden(top, n)))
			continue;
		if (number >= 0 && number >= hash_count(p, folder))
			return -ENOENT;
		size_t at = path_of(p, s, part, path);
		int err = s[part] ? proc_dir_new(dir, path, p->tid, out) : node_new(dir, n, path, out);
		if (!err && number >= 0) {
			struct proc_vnode *child = PROC(*out);
			child->index[hash_slot(p)] = number;
			child->v.ino = proc_ino(path, at, p->tid, child->index);
		}
		return err;
	}
	return -ENOENT;
}

/* Was the part of N that is LEN bytes at S shown by a node before N? */
static bool shown(const struct proc_vnode *p, const struct procnode *n, const char *s, size_t len)
{
	const struct procnode *folder = &top_folder;
	const char *t;

	for (const struct procnode *m = procnode_start; m != n; m = next(m)) {
		folder = is_folder(m) ? m : folder;
		if ((t = below(p, folder, m)) && part_len(t) == len && !memcmp(s, t, len))
			return true;
	}
	return false;
}

/* Cookie I: after node I - 1, or with J in the upper half in it, after the J-th of its numbers. The last one adds /proc/PID. */
static int proc_readdir(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	struct proc_vnode *p = PROC(dir);
	const struct procnode *folder = &top_folder;
	bool top = !strcmp(p->path, TOP);
	char path[PATH_ROOM];
	u32 i = 0;

	for (const struct procnode *n = procnode_start; n; n = next(n), i++) {
		folder = is_folder(n) ? n : folder;
		if (i < (u32)*cookie)
			continue;
		const char *s = below(p, folder, n);
		size_t len = s ? part_len(s) : 0;
		u32 index[2] = { p->index[0], p->index[1] }, j = i == (u32)*cookie ? *cookie >> 32 : 0;
		*cookie = i + 1;
		if (!s || (s[len] && hidden(top, n)) || shown(p, n, s, len))
			continue;
		memcpy(name, s, len);
		name[len] = 0;
		if (s[len - 1] == '#') {
			if (j >= hash_count(p, folder))
				continue;
			ksnprintf(name + len - 1, 12, "%u", j);
			index[hash_slot(p)] = j;
			*cookie = i | (j + 1UL) << 32;
		}
		*ino = proc_ino(path, path_of(p, s, len, path), p->tid, index);
		*type = s[len] ? DT_DIR : MODE_TO_DT(node_mode(n));
		return 1;
	}
	if ((u32)*cookie == i && top) {
		++*cookie;
		ksnprintf(name, 12, "%d", PID);
		*ino = proc_ino(SELF, sizeof(SELF) - 1, 0, p->index);
		*type = DT_DIR;
		return 1;
	}
	return 0;
}

static int show(struct vnode *v, struct text *t)
{
	struct proc_vnode *p = PROC(v);

	*t = (struct text){ .tid = p->tid, .fd = p->fd, .index = { p->index[0], p->index[1] }, .node = p->node };
	more(p->node).show(t);
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
long proc_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	struct text *t = f->data;

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

/* Root may open what is only read; then writing fails, as on Linux: EIO in /proc itself, EINVAL below /proc/self. */
long proc_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	const struct proc_vnode *p = PROC(f->vnode);
	struct text t = { .tid = p->tid, .index = { p->index[0], p->index[1] }, .node = p->node };

	long (*store)(const struct text *t, const char *buf, size_t n) = more(p->node).store;

	if (!store)
		return strncmp(p->path, SELF "/", sizeof(SELF)) ? -EIO : -EINVAL;
	long r = store(&t, buf, n);
	if (r > 0)
		*pos += r;
	return r;
}

void proc_file_release(struct file *f)
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

long proc_seek(struct file *f, s64 offset, int whence)
{
	if (whence == SEEK_END && !has_end(PROC(f->vnode)->path))
		return -EINVAL;
	return seek_simple(f, offset, whence);
}

static const struct file_ops proc_file_ops = {
	.read = proc_read, .write = proc_write, .seek = proc_seek, .release = proc_file_release,
};

/* Is V the folder of the process? */
bool proc_is_process(const struct vnode *v)
{
	return vnode_in_proc(v) && v->ops == &dir_ops && !PROC(v)->tid && !strcmp(PROC(v)->path, SELF);
}

/* Why nobody writes to V, root neither: modes of settings bind all (Linux fs/proc/proc_sysctl.c, sysctl_perm), and a process's
 * folder cannot be changed (S_IMMUTABLE in fs/proc/base.c). */
int proc_no_write(const struct vnode *v)
{
	const char *path = vnode_in_proc(v) && v->ops->release == proc_release ? PROC(v)->path : "";

	if (!strcmp(path, SELF))
		return -EPERM;
	return !strncmp(path, "/proc/sys", 9) && (!path[9] || path[9] == '/') && !(v->mode & 0222) ? -EACCES : 0;
}

/* /sys and /proc/sys ask for the mode itself, whoever it is that opens (Linux fs/kernfs/file.c, fs/proc/proc_sysctl.c). */
static int proc_open(struct vnode *v, struct file *f)
{
	const struct proc_vnode *p = PROC(v);
	const struct file_ops *ops = more(p->node).ops;

	if (file_writes(f) && !(v->mode & 0222) && (!strncmp(p->path, "/proc/sys/", 10) || !strncmp(p->path, "/sys/", 5)))
		return -EACCES;
	f->ops = ops ? ops : &proc_file_ops;
	f->data = kzalloc(sizeof(struct text));
	if (!f->data)
		return -ENOMEM;
	return f->ops->open ? f->ops->open(f) : 0;
}

/* Nothing is kept that could be cut off. Shells write here with O_TRUNC, and Linux takes it for any of these files. */
static int proc_truncate(struct vnode *v, u64 size) { return 0; }

static int refresh(struct vnode *v) { return 0; }
static int setattr(struct vnode *v, const struct vnode_change *c) { return -EPERM; }
static int sync(struct file *f, bool data_only) { return vnode_in_proc(f->vnode) ? -EINVAL : 0; }

static int file_readdir(struct file *f, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	return f->vnode->ops->readdir(f->vnode, cookie, name, ino, type);
}

void show_target(struct text *t)
{
	text_printf(t, "%s", proc_arg(t->node));
}

void show_string(struct text *t)
{
	text_printf(t, "%s\n", proc_arg(t->node));
}

/* The settings ask for modes, which root cannot go round (Linux fs/proc/proc_sysctl.c). */
static int proc_unlink(struct vnode *dir, const char *name, size_t len, bool rmdir)
{
	return strncmp(PROC(dir)->path, "/proc/sys", 9) ? -EPERM : -EACCES;
}

const struct shared_ops proc_shared = { .refresh = refresh, .setattr = setattr, .sync = sync, .readdir = file_readdir };

/* Linux's directories of /proc and /sys end at position 0. */
int proc_dir_open(struct vnode *v, struct file *f)
{
	static const struct file_ops ops = { .seek = seek_simple };

	f->ops = &ops;
	return 0;
}

static const struct vnode_ops dir_ops = {
	.open = proc_dir_open, .lookup = proc_lookup, .readdir = proc_readdir, .unlink = proc_unlink, .release = proc_release,
	.shared = &proc_shared,
};
const struct vnode_ops proc_file_vnode_ops = { .open = proc_open, .truncate = proc_truncate, .release = proc_release, .shared = &proc_shared };
static const struct vnode_ops link_ops = { .readlink = proc_readlink, .release = proc_release, .shared = &proc_shared };

/* Where the others are in a module, or left out, fs/few_nodes.c has definitions of its own. */
OPTIONAL void proc_nodes(void)
{
	KEEP(procnode_buddyinfo);
	KEEP(procnode_cpuinfo);
	KEEP_IF_THERE(procnode_net_sockets);
	KEEP_IF_THERE(procnode_inet_settings);
	KEEP(procnode_filesystems);
	KEEP(procnode_loadavg);
	KEEP(procnode_machine);
	KEEP(procnode_meminfo);
	KEEP(procnode_mounts);
	KEEP(procnode_partitions);
	KEEP(procnode_random);
	KEEP(procnode_self);
	KEEP(procnode_self_auxv);
	KEEP(procnode_self_cgroup);
	KEEP(procnode_self_cmdline);
	KEEP(procnode_self_comm);
	KEEP(procnode_self_cwd);
	KEEP(procnode_self_environ);
	KEEP(procnode_self_exe);
	KEEP(procnode_self_fd);
	KEEP(procnode_self_fdinfo);
	KEEP(procnode_self_gid_map);
	KEEP(procnode_self_limits);
	KEEP(procnode_self_loginuid);
	KEEP(procnode_self_maps);
	KEEP(procnode_self_mem);
	KEEP(procnode_self_mountinfo);
	KEEP(procnode_self_mounts);
	KEEP(procnode_self_io);
	KEEP(procnode_self_ns);
	KEEP(procnode_self_oom);
	KEEP(procnode_self_root);
	KEEP(procnode_self_sessionid);
	KEEP(procnode_self_setgroups);
	KEEP(procnode_self_smaps);
	KEEP(procnode_self_small);
	KEEP(procnode_self_stat);
	KEEP(procnode_self_statm);
	KEEP(procnode_self_status);
	KEEP(procnode_self_task);
	KEEP(procnode_self_uid_map);
	KEEP(procnode_settings);
	KEEP(procnode_stat);
	KEEP(procnode_swaps);
	KEEP(procnode_thread_self);
	KEEP(procnode_uptime);
	KEEP(procnode_uts);
	KEEP(procnode_version);
	KEEP(procnode_vmstat);
}

OPTIONAL void sys_nodes(void)
{
	KEEP(procnode_caches);
	KEEP(procnode_cpus);
	KEEP(procnode_huge_pages);
	KEEP(procnode_huge_pool);
}

static int mount_tree(struct mount *m, const char *path)
{
	struct vnode parent = { .mount = m };

	return proc_dir_new(&parent, path, 0, &m->root);
}

static int proc_mount(struct mount *m)
{
	proc_nodes();
	return mount_tree(m, TOP);
}
FSMOUNT(proc, TOP, "proc", PROC_SUPER_MAGIC, proc_mount);

static int sys_mount_tree(struct mount *m)
{
	sys_nodes();
	return mount_tree(m, "/sys");
}
FSMOUNT(sys, "/sys", "sysfs", SYSFS_MAGIC, sys_mount_tree);
