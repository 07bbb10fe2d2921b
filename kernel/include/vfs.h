/* Files. Vnodes are what a file system holds, files are what open() makes. */
#ifndef VFS_H
#define VFS_H

#include "linux.h"
#include "list.h"
#include "thread.h"
#include "types.h"
#include "vm_object.h"

struct vnode;
struct file;
struct block_device;
struct statfs;
struct stat;		/* Linux x86-64 struct stat (linux.h) */
struct poll_table;

/* Every operation may be NULL: the error named behind it is then returned.
 * Results are 0/count or a negative errno. Caller holds the kernel lock. */
struct vnode_ops {
	/* directories */
	int (*lookup)(struct vnode *dir, const char *name, size_t len, struct vnode **out); /* ENOTDIR; *out gains a reference */
	int (*create)(struct vnode *dir, const char *name, size_t len, u32 mode, u64 rdev, struct vnode **out); /* EROFS; mode has S_IFMT */
	int (*symlink)(struct vnode *dir, const char *name, size_t len, const char *target);
	int (*link)(struct vnode *dir, const char *name, size_t len, struct vnode *target);
	int (*unlink)(struct vnode *dir, const char *name, size_t len, bool rmdir);
	int (*rename)(struct vnode *from, const char *name, size_t len, struct vnode *to, const char *new_name, size_t new_len, unsigned flags);
	/* next entry at *cookie (0: first); fills name (256 bytes), ino, type (DT_*); 0 at the end, 1 for an entry */
	int (*readdir)(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type);
	long (*readlink)(struct vnode *v, char *buf, size_t size);
	/* links of /proc that lead to an object, not to a name: *out gains a reference */
	int (*follow)(struct vnode *v, struct vnode **out);
	/* file contents. getpage: the page of the file at page index, one reference for the
	 * caller; zero-filled behind the end, -EFAULT for a page wholly behind it (SIGBUS).
	 * For regular files read/write go through it. */
	int (*getpage)(struct vnode *v, u64 index, bool for_write, void **page);
	void (*discard)(struct vnode *v, u64 first, u64 end);	/* pages [first, end) become holes */
	/* how many pages from INDEX on, one at least, are alike: holes, where nothing is stored, or not */
	u64 (*run)(struct vnode *v, u64 index, bool *hole);
	const void *(*direct)(struct vnode *v, u64 pos);	/* the bytes from POS on, if the file lies in memory; else NULL */
	int (*truncate)(struct vnode *v, u64 size);
	void (*stat)(struct vnode *v, struct stat *st);	/* adds what generic code cannot know */
	void (*release)(struct vnode *v);		/* last reference is gone */
	/* opening: character devices, fifos, /proc files install other file_ops */
	int (*open)(struct vnode *v, struct file *f);
	const struct shared_ops *shared;		/* or NULL */
};

/* Attributes to change. A time is that of its _SET bit, or without it the time of the change. */
struct vnode_change {
	u32 valid;		/* ATTR_* */
	u32 mode, uid, gid;
	struct timespec atime, mtime;
};
#define ATTR_MODE	1
#define ATTR_UID	2
#define ATTR_GID	4
#define ATTR_SIZE	8	/* goes through vnode_ops.truncate */
#define ATTR_ATIME	16
#define ATTR_MTIME	32
#define ATTR_ATIME_SET	128
#define ATTR_MTIME_SET	256

/* Of a file system whose files are not the kernel's alone: others change them at any time, and are told of changes.
 * 0 or -errno. All are there but write_back and what follows: without it there are no mappings that are shared and writable. With it
 * getpage hears of each page that such a mapping writes to, until vm_file_clean(). */
struct shared_ops {
	int (*refresh)(struct vnode *v);	/* brings attributes up to date */
	int (*setattr)(struct vnode *v, const struct vnode_change *c);	/* the caller then changes what V says */
	int (*sync)(struct file *f, bool data_only);	/* fsync(2) of files and directories */
	int (*readdir)(struct file *f, u64 *cookie, char *name, u64 *ino, u8 *type);	/* as vnode_ops.readdir, of an open directory */
	int (*write_back)(struct vnode *v, bool sync);	/* what mappings wrote goes where it belongs; SYNC: and is safe there */
	int (*allocate)(struct vnode *v, int mode, u64 pos, u64 len);	/* fallocate(2) of a regular file; may be NULL */
	const struct xattr_ops *xattrs;		/* xattr.h; may be NULL */
	bool alone;				/* the files are the kernel's after all, which only wants to be told */
};

/* fs/radix.c: pointers by number. */
struct radix {
	void *root;
	u32 height;	/* levels of nodes; 0: ROOT is entry 0 itself */
};
void *radix_get(const struct radix *r, u64 index);
int radix_set(struct radix *r, u64 index, void *p);	/* 0 or -ENOMEM; NULL removes */
void *radix_next(const struct radix *r, u64 *index);	/* first entry at or above *index, or NULL */
void radix_free(struct radix *r);			/* nodes, not entries */

struct vnode {		/* what is used most comes first, where an offset takes one byte of code */
	const struct vnode_ops *ops;
	u32 refs;
	u32 mode;		/* S_IFMT | permissions */
	u64 ino, size;
	void *data;		/* the file system's own */
	struct mount *mount;	/* NULL: pipes, console, ... */
	struct vnode *parent;	/* where it was first found: holds a reference; NULL for /. It stays where the last link is removed */
	char *name;		/* in parent */
	struct mount *mounts;	/* directories: what is mounted on names in here */
	struct radix pages;	/* contents, by page index */
	u32 nlink, uid, gid;	/* nlink 0: removed */
	bool loading;		/* a thread sleeps while it reads pages */
	bool linkable;		/* of O_TMPFILE: never had a name, and may get one */
	u64 rdev;
	struct watch *watches;	/* fs/inotify */
	struct flock_state *locks;
	u64 mtime_ns, atime_ns, ctime_ns;	/* signed: times before 1970 are negative */
	u64 birth_ns;		/* 0: unknown */
	u64 next_read;		/* page index at which sequential reading goes on */
};

/* A mounted file system. Mount points need not exist in the file system
 * below: they are names that the parent directory shows (fs/mount.c). */
struct mount {
	const char *name;	/* in the parent directory */
	const char *path, *type, *source;
	const char *options;	/* of its own, for /proc/mounts: each behind a comma; NULL: none */
	u32 dev;		/* st_dev */
	u32 magic;		/* statfs.f_type */
	bool readonly;
	bool readonly_always;	/* the file system says so, as it mounts */
	struct vnode *root;
	struct file_system *file_system;	/* NULL: not of mount(2) */
	void *data;		/* the file system's own */
	struct mount *sibling;	/* next in parent->mounts */
	struct mount *next;	/* next of all */
	u64 blocks, inodes;	/* in use, for statfs */
};
extern struct mount *mounts_all;

/* fs/mount.c: shows M, which has a name, in PARENT. m->root's reference is the mount's. */
void mount_attach(struct mount *m, struct vnode *parent);

/* A type of file system that is mounted while the kernel runs (fs/mounting). It registers itself with MODULE_INIT, and
 * says MODULE_ALIAS("fs-NAME"). mount: sets m->root, a directory whose one reference is the mount's, and readonly_always
 * if need be; DISK is of use if on_disk; OPTIONS as mount(2) has them, never NULL; 0 or -errno; may sleep. unmount:
 * nothing of it is in use any more; may be NULL. */
struct file_system {
	const char *name;
	u32 magic;		/* statfs.f_type */
	bool on_disk;
	int (*mount)(struct mount *m, struct block_device *disk, const char *options);
	void (*unmount)(struct mount *m);
	int (*statfs)(struct mount *m, struct statfs *st);	/* changes what generic code knows; may be NULL */
	void (*sync)(bool last);	/* writes what was not written yet; LAST: the machine ends, nobody else runs; may be NULL */
	u64 (*reclaim)(u64 pages);	/* memory is out: drops up to so many cached pages; how many; may be NULL, must not sleep */
	struct file_system *next;
};
extern struct file_system *file_systems;
int file_system_register(struct file_system *t);
void file_system_unregister(struct file_system *t);

/* File systems besides the root, gathered by the linker (.fs sections, in
 * the order of SYM). Kept only by KEEP(fsmount_SYM). */
struct fsmount { const char *path, *type; u32 magic; int (*mount)(struct mount *m); };
#define FSMOUNT(sym, ...) \
	const struct fsmount fsmount_##sym GATHERED(".fs." #sym) = { __VA_ARGS__ }

struct file_ops {
	long (*read)(struct file *f, void *buf, size_t n, u64 *pos);
	long (*write)(struct file *f, const void *buf, size_t n, u64 *pos);
	long (*ioctl)(struct file *f, unsigned long cmd, unsigned long arg);
	/* Ready events (POLLIN...). When PT is not NULL also poll_wait() on each queue that may change them. */
	int (*poll)(struct file *f, struct poll_table *pt);
	int (*open)(struct file *f);			/* device nodes: 0 or an error; may change f->ops */
	void (*release)(struct file *f);
	long (*seek)(struct file *f, s64 off, int whence);
};

struct file {
	const struct file_ops *ops;
	u32 refs;
	int flags;		/* O_* */
	u64 pos;
	struct vnode *vnode;	/* never NULL once open */
	char *path;		/* absolute, for /proc/self/fd; may be NULL */
	struct epoll_item *watchers;	/* of the epolls that watch it */
	struct async *async;		/* who gets a signal (sys/file/async.c) */
	struct opened *opened;		/* the name that it was opened by (fs/inotify) */
	void *data;
};

/* O_RDWR is 2; 3, which is for ioctl() only, is neither. */
static inline bool file_reads(const struct file *f) { return !(f->flags & 1); }
static inline bool file_writes(const struct file *f) { return (f->flags + 1) & 2; }

/* fs/path.c: resolve. START NULL: the working directory. *out gains a reference. */
#define LOOKUP_NOFOLLOW	1	/* a symbolic link at the end is the result */
#define LOOKUP_PARENT	2	/* stop before the last name */
#define LOOKUP_MISSING	4	/* the last name may not exist: v is NULL */
#define LOOKUP_DIRECTORY 8	/* result must be a directory */
#define LOOKUP_CREATE	16	/* with LOOKUP_MISSING: a slash behind the last name is EISDIR */
int vfs_lookup(struct vnode *start, const char *path, int flags, struct vnode **out);

enum last_name { LAST_NAME, LAST_ROOT, LAST_DOT, LAST_DOTDOT };
struct path {
	struct vnode *parent;	/* directory that holds the last name; NULL unless kind is LAST_NAME */
	struct vnode *v;	/* what was found */
	enum last_name kind;
	bool slash;		/* a slash follows the last name */
	bool followed;		/* v was reached through vnode_ops.follow: it is not at name */
	u32 len;
	char name[258];		/* one that is too long is cut, and stays too long */
};
int path_walk(struct vnode *start, const char *path, int flags, struct path *out);
void path_put(struct path *p);
/* fs/path_new.c: the place for a new name: parent must be writable, the name new. DIR: a slash may follow. */
int path_check_new(const struct path *p, bool dir);	/* what path_walk() found with LOOKUP_PARENT and NOFOLLOW */
int path_new(struct vnode *start, const char *path, struct path *out);	/* walks there first; OUT is to be put in any case */

/* fs/readonly.c: 0 if V, or NAME in it, may be changed, else -EROFS; if the program fails then, its end names the path. */
int mount_check(struct vnode *v, const char *name);

void vnode_adopt(struct vnode *dir, const char *name, size_t len, struct vnode *child);	/* notes where it is */
void vnode_orphan(struct vnode *v);	/* it was removed or moved: forgets where it was */
int vnode_may_write(struct vnode *v);	/* fs/may_write.c: for modules; 0 or -EACCES */
void vnode_own(struct vnode *dir, struct vnode *v);	/* fs/own.c: for modules; V is new in DIR, and gets its owner and group */
extern struct vnode *root_vnode;
extern struct vnode *cwd_vnode;		/* NULL: root_vnode */

/* fs/name.c: absolute path of V, or of NAME in it. Length without the NUL, or
 * -ERANGE, or -ENOENT for what was removed or never had a name. */
long vnode_path(struct vnode *v, const char *name, char *buf, size_t size);
long vnode_path_shown(struct vnode *v, char *buf);	/* into PATH_MAX bytes, for /proc: also what was removed, which it says */
char *path_string(const struct path *p);	/* kmalloc'ed, or NULL */

/* fs/accessed.c: V was read, by other means than mapping it. */
void vnode_accessed(struct vnode *v);

/* fs/rw.c: read through getpage; for the loader and for read(2). */
long vnode_read(struct vnode *v, void *buf, size_t n, u64 pos);
long vnode_write(struct vnode *v, const void *buf, size_t n, u64 pos);

/* fs/fsize.c: how much of N bytes at POS may be written, or SIGXFSZ and -EFBIG; may V become SIZE long? */
long file_size_allow(u64 pos, size_t n);
int file_size_check(struct vnode *v, u64 size);
extern u64 file_size_limit;		/* RLIMIT_FSIZE, soft */

/* fs/readahead.c: brings pages of [pos, pos+n) into the page cache with few large requests. */
void vnode_readahead(struct vnode *v, u64 pos, u64 n);

#define LAST_PAGE (~0UL / PAGE_SIZE)	/* of any file */

/* Whether page INDEX is a hole, and how many more pages are alike, if PAGES is not NULL. */
static inline bool vnode_run(struct vnode *v, u64 index, u64 *pages)
{
	bool hole = false;
	u64 n = v->ops->run ? v->ops->run(v, index, &hole) : LAST_PAGE - index;

	if (pages)
		*pages = n;
	return hole;
}

/* fs/pagecache.c: for file systems that only read. page_reader: reads BYTES of V from POS on, which is a multiple of
 * PAGE_SIZE; BUF is as block_device.read wants it, with room for whole sectors. */
typedef int page_reader(struct vnode *v, u64 pos, void *buf, u64 bytes);
int pagecache_get(struct vnode *v, u64 index, page_reader *read, void **page);	/* a getpage; may sleep */
void pagecache_settle(struct vnode *v);	/* waits for pages that were asked for before the file changed; may sleep */
u64 pagecache_drop(struct vnode *v);	/* drops pages that nobody else uses; how many */
u64 rofs_reclaim(u64 pages);		/* fs/rofs_pages.c: struct file_system's reclaim, for the root */
int sectors_read(struct block_device *d, u64 sector, void *buf, u64 bytes);	/* whole sectors, which D must have */

/* fs/open_unnamed.c: P is a directory, and becomes a file without a name. */
int open_unnamed(struct path *p, int flags, u32 mode);

/* fs/open.c */
int vfs_open(struct vnode *start, const char *path, int flags, u32 mode, int lookup, struct file **out);
int vnode_open(struct vnode *v, int flags, struct file **out);	/* an own reference of V goes to the file */
int vnode_truncate(struct vnode *v, u64 size);

/* fs/ramfs.c: a file without a name (memfd_create). */
struct vnode *ramfs_anonymous(u32 mode);
#define RAM_LIMIT (mem_total_pages / 2)	/* of a mount: pages of its files, and files; as Linux's tmpfs has it */

#define PROC_SUPER_MAGIC 0x9fa0
/* Where nothing can be made, a name that is not there stays so: ENOENT comes before other errors. */
static inline bool vnode_in_proc(const struct vnode *v)
{
	return v->mount && v->mount->magic == PROC_SUPER_MAGIC;
}
static inline int vnode_refresh(struct vnode *v)
{
	return v->ops->shared ? v->ops->shared->refresh(v) : 0;
}
static inline int vnode_setattr(struct vnode *v, const struct vnode_change *c)
{
	return v->ops->shared ? v->ops->shared->setattr(v, c) : 0;
}

/* fs/stat.c */
int vnode_stat(struct vnode *v, struct stat *st);

/* fs/fd.c */
struct file *file_alloc(const struct file_ops *ops, int flags);
void file_get(struct file *f);
void file_put(struct file *f);
struct file *fd_get(int fd);			/* gains a reference; NULL: EBADF */
int fd_install(struct file *f, int from, bool cloexec);	/* takes the reference; lowest free fd >= from, or -EMFILE */
void fd_init(void);				/* opens 0, 1, 2 on the console */
int fd_close(int fd);				/* 0 or -EBADF */
int fd_replace(int fd, struct file *f, bool cloexec);	/* takes the reference; closes what FD was; FD or -EBADF */
int fd_cloexec(int fd, int set);		/* SET < 0: only asks. The flag before, or -EBADF */
int fd_next(int fd);				/* lowest open one >= fd, or -1 */

/* fs/io.c: checks how F was opened. pos: &f->pos, or of pread and its like. BUF was checked. */
long file_read(struct file *f, void *buf, size_t n, u64 *pos);
long file_write(struct file *f, const void *buf, size_t n, u64 *pos);

void io_fetched(u64 bytes);	/* fs/proc/io.c, when linked: from a disk */
extern const struct file_ops vnode_file_ops;	/* fs/file_vnode.c: regular files */
s64 seek_to(struct file *f, s64 offset, int whence, s64 size);	/* SEEK_SET, SEEK_CUR, SEEK_END */
long seek_simple(struct file *f, s64 offset, int whence);	/* the same for what has no size */
long seek_nowhere(struct file *f, s64 offset, int whence);	/* eventfd and the like: no positions, but no error either */
static inline bool file_positioned(struct file *f)
{
	return f->ops->seek && f->ops->seek != seek_nowhere;
}
int file_wait(struct file *f, struct waitq *q, ns_t deadline);	/* -EAGAIN when O_NONBLOCK, else wait_on */
extern u64 fd_limit;			/* RLIMIT_NOFILE, soft */

/* fs/exe.c: the program, for /proc/self/exe and cmdline; set by the loader. */
extern char *exe_path;		/* absolute, without links */
extern char *exe_args, *exe_env, *exe_env_end;	/* the strings, environment behind arguments */
extern u64 *exe_auxv;
extern u32 fs_umask;

/* fs/anon.c: a file without a name (NAME shows in /proc/self/fd), as a new descriptor. RELEASE'd on failure. */
int anon_install(const struct file_ops *ops, const char *name, int flags, void *data);

/* fs/pipe.c */
struct pipe;
int pipe_create(struct file *ends[2], int flags);

/* fs/poller.c. A poll_table hears of every queue a file's poll() names; a poll() of
 * something that becomes ready by time alone lowers DEADLINE instead. */
struct poll_table {
	void (*add)(struct poll_table *pt, struct waitq *q);
	ns_t deadline;
};
static inline void poll_wait(struct waitq *q, struct poll_table *pt)
{
	if (pt)
		pt->add(pt, q);
}
struct poll_entry {
	struct list link;	/* in waitq.pollers */
	void (*wake)(struct poll_entry *e, u32 events);	/* kernel lock held; must neither sleep nor unlink */
	void *arg;
};
void waitq_notify(struct waitq *q, u32 events);	/* wake_one and wake_all call it, weakly */

/* The queues that one waiter or one epoll item listens on. */
struct poll_slot {
	struct poll_entry e;
	struct poll_slot *next;
};
struct poll_set {
	struct poll_table pt;	/* hand this to file_ops.poll */
	void (*wake)(struct poll_entry *e, u32 events);
	void *arg;		/* becomes poll_entry.arg */
	struct poll_slot *slots;
	u32 used;
	bool failed;		/* memory ran out */
	struct poll_slot own[4];
};
void poll_set_init(struct poll_set *s, void (*wake)(struct poll_entry *e, u32 events), void *arg);
void poll_set_free(struct poll_set *s);

/* A thread that sleeps on them. */
struct poller {
	struct poll_set set;
	struct waitq q;
	bool woken;
};
void poller_init(struct poller *p);
int poller_sleep(struct poller *p, ns_t deadline);	/* 0, -ETIMEDOUT, -EINTR; later rounds register nothing */
int file_poll(struct file *f, struct poll_table *pt);	/* ready events; files without poll() are always ready */

/* fs/mount.c: mounts root (the boot module, else the first disk). */
void vfs_mount_root(void);
void mounts_at_boot(void);	/* fs/mounting */

/* A disk, or the boot module. read: SECTOR is 512 bytes; BUF is in the direct map and physically contiguous; may
 * sleep. mapped: address of the contents when they are memory (PVH module), else NULL. */
struct block_device {
	const char *name;
	u64 sectors;
	const void *mapped;
	int (*read)(struct block_device *d, u64 sector, void *buf, u32 sectors);
	void *data;
	struct block_device *next;
	/* The rest is for drivers/block_dev; all 0 when the disk's driver only reads. request: TYPE is one of
	 * BLOCK_*, LEN bytes at BUF as in read, at most max_bytes. */
	int (*request)(struct block_device *d, u32 type, u64 sector, void *buf, u32 len);
	bool readonly, flush, punch;	/* must not be written; has a cache; zeroes may become holes */
	u32 block_size;			/* requests are multiples of it, bytes; 0: 512 */
	u32 max_bytes;
	u32 max_discard, max_zeroes;	/* sectors a request; 0: there are no such requests */
	void *limits;			/* the driver's own */
};
/* Types of requests, and what BUF is (virtio 1.2, section 5.2.6). */
#define BLOCK_READ	0
#define BLOCK_WRITE	1
#define BLOCK_FLUSH	4	/* what was written is on the medium; no BUF */
#define BLOCK_DISCARD	11	/* the contents are of no use any more; struct block_range */
#define BLOCK_ZEROES	13	/* becomes zeroes; struct block_range */
struct block_range { u64 sector; u32 sectors, flags; };
#define BLOCK_RANGE_PUNCH 1	/* BLOCK_ZEROES: may take the memory away */
extern struct block_device *root_device;	/* the first of all disks, in the order in which they were found */

/* Console device for fds 0-2 and /dev/console: set by a console driver, else the serial port. */
struct console {
	long (*write)(const char *buf, size_t n, bool error);	/* all of it, may sleep; ERROR: as standard error, if it tells */
	long (*read)(char *buf, size_t n, bool nonblock);	/* >=1 byte, 0 at end of input, -EAGAIN */
	bool (*readable)(void);
	struct waitq *readers;
	const volatile u32 *size;	/* of the screen: columns, and rows << 16; NULL: unknown */
};
extern struct console *console;
const struct file_ops *terminal_start(void);	/* fs/tty */
int controlling_open(struct file *f);		/* fs/tty: of /dev/tty */

/* Nodes of /dev and /proc are gathered from sections, so that the linker keeps what is selected
 * with KEEP(devnode_SYM), KEEP(procnode_SYM). */
struct devnode {
	const char *name;
	u32 mode;		/* S_IFCHR, S_IFLNK or S_IFDIR with permissions */
	u32 rdev;
	const struct file_ops *ops;
	const char *target;	/* S_IFLNK */
};
#define DEVNODE(sym, ...) \
	const struct devnode devnode_##sym GATHERED(".devnode." #sym) = { __VA_ARGS__ }
const struct file_ops *devnode_ops(u64 rdev);	/* or NULL */
const struct devnode *devnode_at(unsigned i);		/* or NULL behind the last */
extern const struct devnode devnode_start[], devnode_end[];

/* Growing text, for /proc. */
struct procnode;
struct text {
	char *buf;
	size_t len, size;
	bool failed;	/* memory ran out */
	int tid;	/* of the thread directory the node was reached by */
	int fd;		/* of a node below fdinfo/ */
	u64 seen;	/* changes that poll(2) told of (fs/proc_uts.c) */
	u32 index[2];	/* what stands for # in the node's path */
	const struct procnode *node;
};
void text_add(struct text *t, const void *s, size_t n);
void text_printf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What a node of /proc has that is no mere text. */
struct procmore {
	void (*show)(struct text *t);
	long (*store)(const struct text *t, const char *buf, size_t n);
	const struct file_ops *ops;
};

/* A node of /proc or /sys. Its name comes behind two letters. The first says what it is:
 *   r, p		a file that everybody reads, that its owner does: show makes the text
 *   l		a link: show makes the target
 *   w, q, P	a file that its owner writes to as well, with nobody else reading it, one like p: more
 *   n		a link that leads to an object: ops
 *   d, D		a directory with entries of its own, its owner's: ops
 * and the second where:
 *   -		in the folder that the group begins with, or in /proc
 *   s, t, T	in /proc/self, which shows as /proc/PID; there and in task/TID; in the latter only
 * In "cpu#" the # stands for a number (fs/procfs.c). Behind the name's NUL there may be a text for show. */
struct procnode {
	const char *name;
	union {
		void (*show)(struct text *t);
		const struct procmore *more;
		const struct vnode_ops *ops;
		unsigned (*count)(void);	/* of a folder with two #: what the second is below */
	};
};
#define PROCNODE(sym, ...) \
	const struct procnode procnode_##sym GATHERED(".procnode.0." #sym) = { __VA_ARGS__ }
/* Several with one name for KEEP(). */
#define PROCNODES(sym, ...) \
	const struct procnode procnode_##sym[] GATHERED(".procnode.0." #sym) = { __VA_ARGS__ }
/* These are in a folder, "/.../": the sections come after those that are in none. */
#define PROCNODES_IN(folder, sym, ...) \
	const struct procnode procnode_##sym[] GATHERED(".procnode.1." #sym) = { { folder }, __VA_ARGS__ }
#define PROC_VALUE(name, value)	{ name "\0" value, show_string }	/* a file that always says VALUE */
extern const struct procnode procnode_start[], procnode_end[];

#endif
