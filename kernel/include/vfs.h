/* Files. Vnodes are what a file system holds, files are what open() makes. */
#ifndef VFS_H
#define VFS_H

#include "list.h"
#include "thread.h"
#include "types.h"

struct vnode;
struct file;
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
	/* file contents. getpage: the page of the file at page index, one reference for the
	 * caller; zero-filled behind the end. For regular files read/write go through it. */
	int (*getpage)(struct vnode *v, u64 index, bool for_write, void **page);
	int (*truncate)(struct vnode *v, u64 size);
	void (*stat)(struct vnode *v, struct stat *st);	/* adds what generic code cannot know */
	void (*release)(struct vnode *v);		/* last reference is gone */
	/* opening: character devices, fifos, /proc files install other file_ops */
	int (*open)(struct vnode *v, struct file *f);
};

struct vnode {
	const struct vnode_ops *ops;
	u32 refs;
	u32 mode;		/* S_IFMT | permissions */
	u32 nlink, uid, gid;
	u64 ino, size, rdev;
	u64 mtime_ns, atime_ns, ctime_ns;
	struct mount *mount;
	struct vnode *mounted;	/* root of what is mounted here, or NULL */
	void *data;		/* the file system's own */
};

struct file_ops {
	long (*read)(struct file *f, void *buf, size_t n, u64 *pos);
	long (*write)(struct file *f, const void *buf, size_t n, u64 *pos);
	long (*ioctl)(struct file *f, unsigned long cmd, unsigned long arg);
	/* Ready events (POLLIN...). When PT is not NULL also poll_wait() on each queue that may change them. */
	int (*poll)(struct file *f, struct poll_table *pt);
	void (*release)(struct file *f);
	long (*seek)(struct file *f, s64 off, int whence);
};

struct file {
	const struct file_ops *ops;
	u32 refs;
	int flags;		/* O_* */
	u64 pos;
	struct vnode *vnode;	/* NULL for pipes, eventfds, ... without one */
	char *path;		/* absolute, for /proc/self/fd and getcwd; may be NULL */
	void *data;
};

/* fs/path.c: resolve. FLAGS: LOOKUP_NOFOLLOW. *out gains a reference. */
#define LOOKUP_NOFOLLOW	1
int vfs_lookup(struct vnode *start, const char *path, int flags, struct vnode **out);
void vnode_get(struct vnode *v);
void vnode_put(struct vnode *v);
extern struct vnode *root_vnode;

/* fs/rw.c: read through getpage; for the loader and for read(2). */
long vnode_read(struct vnode *v, void *buf, size_t n, u64 pos);
long vnode_write(struct vnode *v, const void *buf, size_t n, u64 pos);

/* fs/fd.c */
struct file *file_alloc(const struct file_ops *ops, int flags);
void file_get(struct file *f);
void file_put(struct file *f);
struct file *fd_get(int fd);			/* gains a reference; NULL: EBADF */
int fd_install(struct file *f, int from, bool cloexec);	/* takes the reference; lowest free fd >= from, or -EMFILE */
void fd_init(void);				/* opens 0, 1, 2 on the console */

/* fs/mount.c: mounts root (first block device, else the boot module). */
void vfs_mount_root(void);

/* A byte range of the boot medium that holds the root image. read: SECTOR is 512 bytes; BUF in the
 * direct map. mapped: address of the image when it is memory (PVH module), else NULL. */
struct block_device {
	const char *name;
	u64 sectors;
	const void *mapped;
	int (*read)(struct block_device *d, u64 sector, void *buf, u32 sectors);
	void *data;
};
extern struct block_device *root_device;	/* set by the block driver or by boot */

/* Console device for fds 0-2 and /dev/console: set by a console driver, else the serial port. */
struct console {
	long (*write)(const char *buf, size_t n);	/* all of it, may sleep */
	long (*read)(char *buf, size_t n, bool nonblock);	/* >=1 byte, 0 at end of input, -EAGAIN */
	bool (*readable)(void);
	struct waitq *readers;
};
extern struct console *console;

/* Nodes of /dev and /proc are gathered from sections, so that the linker keeps what is selected. */
struct devnode { const char *name; u32 mode; u32 rdev; const struct file_ops *ops; };
#define DEVNODE(sym, ...) \
	const struct devnode devnode_##sym __attribute__((used, section(".devnode." #sym))) = { __VA_ARGS__ }

#endif
