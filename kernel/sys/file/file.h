/* Shared by the file system calls. */
#ifndef SYS_FILE_H
#define SYS_FILE_H

#include "kernel.h"
#include "linux_file.h"
#include "permission.h"
#include "vfs.h"

static inline void file_cleanup(struct file **f)
{
	if (*f)
		file_put(*f);
}

/* Declares F: what FD refers to, held until the function returns. */
#define FD_ANY(f, fd)								\
	__attribute__((cleanup(file_cleanup))) struct file *f = fd_get(fd);	\
	if (!f)									\
		return -EBADF
#define FD_FILE(f, fd)								\
	FD_ANY(f, fd);								\
	if (f->flags & O_PATH)							\
		return -EBADF

/* iov.c: a vector of user memory, checked for PROT. */
struct iovs {
	struct iovec *v;
	u32 n;
	size_t total;
	struct iovec small[8];
};
#define GATHER_MAX	4096	/* PIPE_BUF: streams take and give this much in one piece */
int iov_import(struct iovs *i, const struct iovec *user, unsigned long n, int prot);
int iov_load(struct iovs *i, const struct iovec *user, unsigned long n, int prot, size_t *room);	/* ROOM: how much is mapped */
void iov_free(struct iovs *i);
long file_readv(struct file *f, const struct iovs *i, u64 *pos);
long file_writev(struct file *f, const struct iovs *i, u64 *pos);

/* room.c: file_read() and file_write() with a program's buffer, of which the end may not be mapped. */
long file_read_user(struct file *f, void *buf, size_t n, u64 *pos);
long file_write_user(struct file *f, const void *buf, size_t n, u64 *pos);
int iov_import_for(struct file *f, struct iovs *i, const struct iovec *user, unsigned long n, bool write, u64 pos);

/* at.c: paths of programs. path_get copies one; kfree() it. at_start: where a relative one
 * begins; *f, when set, is to be put. at_walk does both and walks. AT flags: AT_EMPTY_PATH. */
int path_get(const char *user, char **out);
int at_start(int dirfd, const char *path, int at, struct vnode **start, struct file **f);
int at_walk(int dirfd, const char *user, int at, int lookup, struct path *out);
/* The place for a new name: parent must be writable, the name new. DIR: a slash may follow. */
int at_new(int dirfd, const char *user, bool dir, struct path *out);
/* For changes to what exists, before permissions are looked at: EROFS where they cannot be kept. */
static inline int vnode_writable(struct vnode *v) { return mount_check(v, NULL); }

static inline void path_cleanup(struct path *p) { path_put(p); }
#define PATH_VAR(p) __attribute__((cleanup(path_cleanup))) struct path p = { 0 }

/* What open(2) heeds. */
#define O_LARGEFILE	0100000
#define OPEN_FLAGS	(O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | O_SYNC | O_ASYNC | \
			 O_DIRECT | O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC | O_PATH | O_TMPFILE)

/* One body for the variants of a call. */
int stat_walk(int dirfd, const char *path, int flags, struct path *p, struct stat *st);	/* P is to be put */
long do_open(int dirfd, const char *user, int flags, u32 mode, int lookup);
long do_dup(int from, int to, int flags);
long do_access(int dirfd, const char *path, int mode, int flags);
long do_readlink(int dirfd, const char *path, char *buf, int size);
long do_mkdir(int dirfd, const char *path, u32 mode);
long do_unlink(int dirfd, const char *path, bool rmdir);
long do_rename(int from_fd, const char *from, int to_fd, const char *to, unsigned flags);
long do_link(int from_fd, const char *from, int to_fd, const char *to, int flags);
long do_symlink(const char *target, int dirfd, const char *path);
long do_mknod(int dirfd, const char *path, u32 mode, u64 dev);
long do_chmod(int dirfd, const char *path, u32 mode, int flags);
long do_chown(int dirfd, const char *path, u32 uid, u32 gid, int flags);
long do_utimes(int dirfd, const char *path, const struct timespec times[2], int flags);

/* deadline.c: 0 means do not wait, FOREVER no time-out. */
int deadline_get(const struct timespec *t, ns_t *deadline);
void deadline_put(struct timespec *t, ns_t deadline);

/* sigmask.c */
int sigmask_enter(const u64 *mask, size_t size);
void sigmask_leave(const u64 *mask, long result);

#endif
