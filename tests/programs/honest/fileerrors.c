/* System calls on files: each with good arguments, and each error that its manual page has. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#define S(n, ...) one(#n "(" #__VA_ARGS__ ")", syscall(SYS_##n, ##__VA_ARGS__))
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif

static long one(const char *what, long r)
{
	if (r < 0)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s = %ld\n", what, r);
	return r;
}
/* A call that makes a descriptor, which goes away again. */
#define F(n, ...) do { long f_ = syscall(SYS_##n, ##__VA_ARGS__); printf("%s(%s): %s\n", #n, #__VA_ARGS__, f_ < 0 ? strerror(errno) : "a descriptor"); if (f_ >= 0) close(f_); } while (0)

static char long_name[NAME_MAX + 2], long_path[PATH_MAX + 2], buf[8192];
static int reg, ro, wo, dir, p[2], path_fd, sock[2], ev;
#define CWD AT_FDCWD

static void setup(void)
{
	memset(long_name, 'n', sizeof(long_name) - 1);
	for (unsigned i = 0; i + 1 < sizeof(long_path); i++)
		long_path[i] = i % 2 ? '/' : '.';
	mkdir("d", 0755), mkdir("d/sub", 0755), mkdir("empty", 0755);
	close(open("f", O_CREAT | O_WRONLY, 0644));
	truncate("f", 100);
	close(open("d/inside", O_CREAT | O_WRONLY, 0644));
	symlink("loop2", "loop1"), symlink("loop1", "loop2"), symlink("f", "link"), symlink("d", "dirlink"), symlink("nowhere", "dangling");
	mkfifo("fifo", 0644);
	reg = open("f", O_RDWR), ro = open("f", O_RDONLY), wo = open("f", O_WRONLY), dir = open("d", O_RDONLY), path_fd = open("f", O_PATH);
	pipe(p);
	syscall(SYS_socketpair, 1, 1, 0, sock);
	ev = syscall(SYS_eventfd2, 0, O_NONBLOCK);
	printf("fds %d %d %d\n", reg, ro, wo);
}

static void opens(void)
{
	F(open, "f", O_RDONLY); F(open, "none", O_RDONLY); F(open, "", O_RDONLY); F(open, "f/x", O_RDONLY); F(open, "f/", O_RDONLY); F(open, "d", O_WRONLY); F(open, "d", O_RDWR); F(open, "d/", O_RDONLY); F(open, "f", O_DIRECTORY); F(open, "d", O_DIRECTORY); F(open, "link", O_NOFOLLOW); F(open, "link", O_NOFOLLOW | O_PATH); F(open, "dirlink/", O_NOFOLLOW); F(open, "dirlink", O_DIRECTORY | O_NOFOLLOW);
	F(open, "loop1", O_RDONLY); F(open, "loop1/x", O_RDONLY); F(open, "dangling", O_RDONLY); F(open, "f", O_CREAT | O_EXCL | O_RDONLY, 0600); F(open, "dangling", O_CREAT | O_EXCL | O_RDWR, 0600); F(open, "d", O_CREAT, 0600); F(open, "d", O_CREAT | O_EXCL, 0600); F(open, "none/x", O_CREAT, 0600); F(open, "new/", O_CREAT, 0600); F(open, "d", O_CREAT | O_DIRECTORY, 0600); F(open, "newdir", O_CREAT | O_DIRECTORY, 0600);
	F(open, long_name, O_RDONLY); F(open, long_path, O_RDONLY); F(open, long_name, O_CREAT, 0600); F(open, "fifo", O_WRONLY | O_NONBLOCK); F(open, "fifo", O_RDONLY | O_NONBLOCK); F(open, "d", O_TRUNC); F(open, "f", O_TMPFILE | O_RDWR, 0600); F(open, ".", O_TMPFILE | O_RDWR, 0600); F(open, ".", O_TMPFILE, 0600); F(open, "none", O_TMPFILE | O_RDWR, 0600);
	F(openat, dir, "inside", O_RDONLY); F(openat, 999, "inside", O_RDONLY); F(openat, reg, "inside", O_RDONLY); F(openat, 999, "/", O_RDONLY); F(openat, -1, "x", O_RDONLY); F(openat, path_fd, "x", O_RDONLY); F(openat, dir, "", O_RDONLY); F(openat, dir, "..", O_RDONLY); F(creat, "f2", 0600); F(creat, "d", 0600); F(creat, "none/f", 0600);
	long how[3] = { O_RDONLY }, bad[4] = { 0, 0, 0, 1 };
	F(openat2, CWD, "f", how, 24); F(openat2, CWD, "f", how, 8); F(openat2, CWD, "f", bad, 32); F(openat2, CWD, "f", how, 5000); how[0] = 1L << 40; F(openat2, CWD, "f", how, 24); how[0] = O_RDONLY; how[1] = 0600; F(openat2, CWD, "f", how, 24); how[1] = 0; how[2] = 4; F(openat2, CWD, "link", how, 24); how[2] = 1 << 20; F(openat2, CWD, "f", how, 24);
	S(close, 999); S(close, -1); F(dup, 0); S(dup, 999); S(dup, -1); S(dup2, 999, 5); S(dup2, 0, -1); S(dup2, 0, 0); S(dup2, 999, 999); S(dup2, 0, 5000000); S(dup3, 0, 0, 0); S(dup3, 0, 50, 1); S(dup3, 999, 50, 0); S(dup3, 0, 50, O_CLOEXEC); S(fcntl, 50, F_GETFD); S(close, 50);
	S(close_range, 60, 50, 0); S(close_range, 60, 70, 8); S(close_range, 60, 70, 0); S(close_range, 60, 70, 4);
	F(memfd_create, "x", 0); F(memfd_create, "x", 0x1000); F(memfd_create, long_name, 0); F(pipe2, p + 100, -1);
}

static void transfers(void)
{
	struct iovec v = { buf, 4 }, huge[2] = { { buf, 4 }, { buf, -1 } };
	loff_t off = 0, neg = -1;

	S(read, 999, buf, 1); S(read, wo, buf, 1); S(read, dir, buf, 1); S(read, path_fd, buf, 1); S(read, reg, buf, 0); S(read, reg, buf, 10); S(read, -1, buf, 0); S(read, ev, buf, 8); S(read, ev, buf, 4); S(write, 999, buf, 1); S(write, ro, buf, 1); S(write, dir, buf, 1); S(write, path_fd, buf, 1); S(write, reg, buf, 0); S(write, reg, buf, 10); S(write, ev, buf, 4); S(write, ro, buf, 0);
	S(pread64, reg, buf, 5, 0); S(pread64, reg, buf, 5, -1); S(pread64, reg, buf, 5, 1000); S(pread64, p[0], buf, 5, 0); S(pread64, 999, buf, 5, 0); S(pread64, dir, buf, 5, 0); S(pread64, wo, buf, 5, 0); S(pread64, sock[0], buf, 5, 0); S(pwrite64, reg, buf, 5, 0); S(pwrite64, reg, buf, 5, -1); S(pwrite64, p[1], buf, 5, 0); S(pwrite64, ro, buf, 5, 0); S(pwrite64, 999, buf, 5, 0); S(pwrite64, reg, buf, 5, LONG_MAX);
	S(readv, reg, &v, 1); S(readv, reg, &v, 0); S(readv, reg, &v, -1); S(readv, reg, &v, 1025); S(readv, 999, &v, 1); S(readv, wo, &v, 1); S(readv, dir, &v, 1); S(readv, reg, huge, 2); S(writev, reg, &v, 1); S(writev, reg, &v, 0); S(writev, reg, &v, -1); S(writev, ro, &v, 1); S(writev, 999, &v, 1); S(writev, reg, huge, 2);
	S(preadv, reg, &v, 1, 0, 0); S(preadv, reg, &v, 1, -1, -1); S(preadv, p[0], &v, 1, 0, 0); S(preadv, 999, &v, 1, 0, 0); S(pwritev, reg, &v, 1, 0, 0); S(pwritev, reg, &v, 1, -1, -1); S(pwritev, p[1], &v, 1, 0, 0); S(preadv2, reg, &v, 1, 0, 0, 0); S(preadv2, reg, &v, 1, 0, 0, 0x1000); S(preadv2, reg, &v, 1, -1, -1, 0); S(pwritev2, reg, &v, 1, 0, 0, 0); S(pwritev2, reg, &v, 1, 0, 0, 0x1000); S(pwritev2, ro, &v, 1, 0, 0, 0);
	S(lseek, reg, 0, SEEK_SET); S(lseek, reg, -1, SEEK_SET); S(lseek, reg, 0, 9); S(lseek, p[0], 0, SEEK_SET); S(lseek, sock[0], 0, SEEK_CUR); S(lseek, 999, 0, SEEK_SET); S(lseek, reg, 10, SEEK_END); S(lseek, reg, 1000, SEEK_DATA); S(lseek, reg, -1, SEEK_HOLE); S(lseek, reg, LONG_MAX, SEEK_END); S(lseek, path_fd, 0, SEEK_SET); S(lseek, dir, 0, SEEK_SET); S(lseek, ev, 5, SEEK_SET);
	lseek(reg, 0, SEEK_SET);
	S(sendfile, p[1], reg, NULL, 10); S(sendfile, p[1], reg, &off, 10); S(sendfile, 999, reg, NULL, 1); S(sendfile, p[1], 999, NULL, 1); S(sendfile, p[1], wo, NULL, 1); S(sendfile, ro, reg, NULL, 1); S(sendfile, p[1], reg, &neg, 1); S(sendfile, p[1], p[0], NULL, 1); S(sendfile, p[1], dir, NULL, 1);
	S(copy_file_range, reg, NULL, reg, NULL, 0, 1); S(copy_file_range, 999, NULL, reg, NULL, 1, 0); S(copy_file_range, reg, NULL, 999, NULL, 1, 0); S(copy_file_range, reg, NULL, ro, NULL, 1, 0); S(copy_file_range, dir, NULL, reg, NULL, 1, 0); S(copy_file_range, p[0], NULL, reg, NULL, 1, 0); S(copy_file_range, wo, NULL, reg, NULL, 1, 0); off = 0; loff_t to = 2; S(copy_file_range, reg, &off, reg, &to, 10, 0);
	S(truncate, "f", 50); S(truncate, "f", -1); S(truncate, "d", 0); S(truncate, "none", 0); S(truncate, "f/x", 0); S(truncate, "", 0); S(truncate, "loop1", 0); S(truncate, "fifo", 0); S(truncate, long_name, 0); S(ftruncate, reg, 60); S(ftruncate, ro, 60); S(ftruncate, reg, -1); S(ftruncate, 999, 0); S(ftruncate, dir, 0); S(ftruncate, p[1], 0); S(ftruncate, sock[0], 0); S(ftruncate, path_fd, 0);
	S(fallocate, reg, 0, 0, 100); S(fallocate, reg, 0, -1, 100); S(fallocate, reg, 0, 0, 0); S(fallocate, reg, 0L, 0L, -5L); S(fallocate, ro, 0, 0, 10); S(fallocate, 999, 0, 0, 10); S(fallocate, p[1], 0, 0, 10); S(fallocate, reg, 0x1000, 0, 10); S(fallocate, reg, 2, 0, 10); S(fallocate, reg, 3, 0, 10); S(fallocate, dir, 0, 0, 10); S(fallocate, reg, 0, LONG_MAX, 10);
	S(fsync, reg); S(fsync, 999); S(fsync, p[0]); S(fsync, sock[0]); S(fdatasync, reg); S(fdatasync, 999); S(fdatasync, p[1]); S(syncfs, reg); S(syncfs, 999); S(sync_file_range, reg, 0, 0, 2); S(sync_file_range, reg, -1, 0, 2); S(sync_file_range, reg, 0, 0, 8); S(sync_file_range, 999, 0, 0, 2); S(sync_file_range, p[0], 0, 0, 2); S(sync);
	S(readahead, reg, 0, 10); S(readahead, 999, 0, 10); S(readahead, p[0], 0, 10); S(readahead, wo, 0, 10); S(fadvise64, reg, 0, 0, 1); S(fadvise64, reg, 0, 0, 9); S(fadvise64, reg, 0, 0, -1); S(fadvise64, 999, 0, 0, 1); S(fadvise64, p[0], 0, 0, 1); S(fadvise64, reg, 0, -1, 1);
}

static void names(void)
{
	struct stat st;
	char x[1] = "";

	S(stat, "f", &st); S(stat, "none", &st); S(stat, "", &st); S(stat, "f/", &st); S(stat, "f/x", &st); S(stat, "loop1", &st); S(stat, long_name, &st); S(stat, long_path, &st); S(lstat, "loop1", &st); S(lstat, "link/", &st); S(lstat, "dirlink/", &st); S(fstat, 999, &st); S(fstat, path_fd, &st);
	S(newfstatat, CWD, "f", &st, 0); S(newfstatat, 999, "f", &st, 0); S(newfstatat, reg, "f", &st, 0); S(newfstatat, CWD, "f", &st, 0x8000); S(newfstatat, reg, "", &st, 0x1000); S(newfstatat, reg, "", &st, 0); S(newfstatat, CWD, "", &st, 0x1000); S(statx, CWD, "f", 0x8000, 0x7ff, buf); S(statx, CWD, "f", 0, 0x80000000, buf); S(statx, CWD, "f", 0, 0x7ff, buf); S(statx, 999, "", 0x1000, 0x7ff, buf); S(statx, CWD, "f", 0x6000, 0x7ff, buf); S(statx, CWD, "none", 0, 0x7ff, buf);
	S(access, "f", F_OK); S(access, "f", 8); S(access, "f", -1); S(access, "none", F_OK); S(access, "f/x", F_OK); S(access, "", F_OK); S(access, "loop1", F_OK); S(access, long_name, F_OK); S(faccessat, 999, "f", 0); S(faccessat, reg, "f", 0); S(faccessat, dir, "inside", 0); S(faccessat2, CWD, "f", 0, 0x8000); S(faccessat2, CWD, "f", 0, 0x200); S(faccessat2, reg, "", 4, 0x1000); S(faccessat2, CWD, "dangling", 0, 0x100);
	S(mkdir, "f", 0755); S(mkdir, "d", 0755); S(mkdir, "none/x", 0755); S(mkdir, "f/x", 0755); S(mkdir, "", 0755); S(mkdir, long_name, 0755); S(mkdir, "loop1/x", 0755); S(mkdir, "loop1", 0755); S(mkdir, "newd/", 0755); S(mkdir, ".", 0755); S(mkdir, "/", 0755); S(mkdirat, 999, "x", 0755); S(mkdirat, reg, "x", 0755); S(mkdirat, dir, "x", 0755);
	S(rmdir, "newd"); S(rmdir, "none"); S(rmdir, "f"); S(rmdir, "d"); S(rmdir, "."); S(rmdir, "d/.."); S(rmdir, "d/."); S(rmdir, "/"); S(rmdir, ""); S(rmdir, long_name); S(rmdir, "loop1"); S(rmdir, "loop1/x"); S(rmdir, "f/x"); S(rmdir, "dirlink"); S(rmdir, "dirlink/"); S(unlinkat, dir, "x", AT_REMOVEDIR); S(unlinkat, dir, "x", 0); S(unlinkat, 999, "x", 0); S(unlinkat, reg, "x", 0); S(unlinkat, CWD, "f", 1); S(unlinkat, CWD, "d", 0);
	S(unlink, "none"); S(unlink, "d"); S(unlink, ""); S(unlink, "f/x"); S(unlink, long_name); S(unlink, "loop1/x"); S(unlink, "f/"); S(unlink, "."); S(unlink, "/"); S(unlink, "d/");
	S(link, "f", "hard"); S(link, "f", "hard"); S(link, "none", "x"); S(link, "d", "x"); S(link, "f", "none/x"); S(link, "f", "f/x"); S(link, "f", ""); S(link, "", "x"); S(link, "f", long_name); S(link, "loop1/x", "x"); S(link, "f", "loop1/x"); S(link, "f", "new/"); S(link, "dangling", "hardlink"); S(link, "f", "/proc/x"); S(linkat, 999, "f", CWD, "x", 0); S(linkat, CWD, "f", 999, "x", 0); S(linkat, CWD, "f", reg, "x", 0); S(linkat, CWD, "f", CWD, "x", 1); S(linkat, reg, "", CWD, "byfd", 0x1000); S(linkat, CWD, "dangling", CWD, "x", 0x400); S(unlink, "byfd"); S(unlink, "hard"); S(unlink, "hardlink");
	S(symlink, "f", "link"); S(symlink, "", "x"); S(symlink, "f", ""); S(symlink, "f", "none/x"); S(symlink, "f", "f/x"); S(symlink, long_path, "x"); S(symlink, "f", long_name); S(symlink, "f", "loop1/x"); S(symlink, "f", "d"); S(symlinkat, "f", 999, "x"); S(symlinkat, "f", reg, "x"); S(symlinkat, "f", dir, "x"); S(unlinkat, dir, "x", 0);
	S(readlink, "link", buf, 10); S(readlink, "link", buf, 0); S(readlink, "link", buf, -1); S(readlink, "f", buf, 10); S(readlink, "d", buf, 10); S(readlink, "none", buf, 10); S(readlink, "", buf, 10); S(readlink, "f/x", buf, 10); S(readlink, long_name, buf, 10); S(readlink, "loop1/x", buf, 10); S(readlink, "loop1", buf, 10); S(readlink, "link", x, 1); S(readlinkat, 999, "link", buf, 10); S(readlinkat, reg, "link", buf, 10); S(readlinkat, dir, "", buf, 10); S(readlinkat, reg, "", buf, 10);
	S(rename, "f", "g"); S(rename, "g", "f"); S(rename, "none", "x"); S(rename, "f", "d"); S(rename, "d", "f"); S(rename, "d", "d/sub/x"); S(rename, "d", "d/sub"); S(rename, "empty", "d"); S(rename, "f", "none/x"); S(rename, "f/x", "y"); S(rename, "f", "f/x"); S(rename, "", "x"); S(rename, "f", ""); S(rename, "f", long_name); S(rename, long_name, "x"); S(rename, "loop1/x", "y"); S(rename, "f", "loop1/x"); S(rename, ".", "x"); S(rename, "d", "."); S(rename, "d", "d/.."); S(rename, "f", "f"); S(rename, "f", "/proc/x"); S(rename, "f/", "x"); S(rename, "f", "x/"); S(rename, "d", "d"); S(renameat, 999, "f", CWD, "x"); S(renameat, CWD, "f", 999, "x"); S(renameat, reg, "f", CWD, "x"); S(renameat2, CWD, "f", CWD, "d", 1); S(renameat2, CWD, "f", CWD, "x", 3); S(renameat2, CWD, "f", CWD, "x", 0x80); S(renameat2, CWD, "f", CWD, "none", 2); S(renameat2, CWD, "f", CWD, "link", 2); S(renameat2, CWD, "f", CWD, "link", 2); S(renameat2, CWD, "f", CWD, "f2", 1);
	S(mknod, "fifo", S_IFIFO, 0); S(mknod, "none/x", S_IFIFO, 0); S(mknod, "f/x", S_IFIFO, 0); S(mknod, "", S_IFIFO, 0); S(mknod, "x", S_IFDIR, 0); S(mknod, "x", S_IFLNK, 0); S(mknod, "x", S_IFMT, 0); S(mknod, long_name, S_IFIFO, 0); S(mknod, "loop1/x", S_IFIFO, 0); S(mknod, "plain", 0644, 0); S(unlink, "plain"); S(mknodat, 999, "x", S_IFIFO, 0); S(mknodat, reg, "x", S_IFIFO, 0); S(mknod, "s", S_IFSOCK | 0600, 0); F(open, "s", O_RDWR); S(unlink, "s");
	S(chmod, "f", 0600); S(chmod, "none", 0600); S(chmod, "f/x", 0600); S(chmod, "", 0600); S(chmod, long_name, 0600); S(chmod, "loop1", 0600); S(fchmod, reg, 0600); S(fchmod, 999, 0600); S(fchmod, path_fd, 0600); S(fchmodat, 999, "f", 0600); S(fchmodat, reg, "f", 0600); S(fchmodat2, CWD, "link", 0600, 0x100); S(fchmodat2, CWD, "f", 0600, 0x4000); S(fchmodat2, reg, "", 0600, 0x1000);
	S(chown, "f", -1, -1); S(chown, "none", -1, -1); S(chown, "f/x", -1, -1); S(chown, "", -1, -1); S(chown, long_name, -1, -1); S(chown, "loop1", -1, -1); S(lchown, "loop1", -1, -1); S(lchown, "none", -1, -1); S(fchown, reg, -1, -1); S(fchown, 999, -1, -1); S(fchown, path_fd, -1, -1); S(fchownat, 999, "f", -1, -1, 0); S(fchownat, reg, "f", -1, -1, 0); S(fchownat, CWD, "f", -1, -1, 0x8000); S(fchownat, reg, "", -1, -1, 0x1000);
	S(chdir, "f"); S(chdir, "none"); S(chdir, ""); S(chdir, "f/x"); S(chdir, long_name); S(chdir, "loop1"); S(chdir, "."); S(fchdir, 999); S(fchdir, reg); S(getcwd, buf, 1); S(getcwd, buf, 0);
	struct timespec ok[2] = { { 1, 1 }, { 2, 2 } }, bad[2] = { { 1, -1 }, { 2, 2 } }, omit[2] = { { 0, UTIME_OMIT }, { 0, UTIME_OMIT } };
	struct timeval tv[2] = { { 1, 1 }, { 2, 2 } }, badtv[2] = { { 1, -1 }, { 0, 2000000 } };
	S(utimensat, CWD, "f", ok, 0); S(utimensat, CWD, "f", bad, 0); S(utimensat, CWD, "none", ok, 0); S(utimensat, CWD, "none", omit, 0); S(utimensat, CWD, NULL, ok, 0); S(utimensat, reg, NULL, ok, 0); S(utimensat, 999, NULL, ok, 0); S(utimensat, CWD, "f", ok, 0x8000); S(utimensat, 999, "f", ok, 0); S(utimensat, reg, "f", ok, 0); S(utimensat, CWD, "link", ok, 0x100); S(utimensat, reg, NULL, ok, 0x100); S(utimensat, path_fd, NULL, ok, 0); S(utimensat, CWD, "", ok, 0); S(utimes, "f", tv); S(utimes, "f", badtv); S(utimes, "none", tv); S(utimes, "f", NULL); S(utime, "f", NULL); S(utime, "none", NULL); S(futimesat, CWD, "f", tv); S(futimesat, 999, "f", tv); S(futimesat, reg, NULL, tv);
	S(statfs, "none", buf); S(statfs, "f/x", buf); S(statfs, "", buf); S(statfs, "loop1", buf); S(statfs, long_name, buf); S(statfs, "f", buf); S(fstatfs, 999, buf); S(fstatfs, reg, buf);
	S(getdents64, reg, buf, 100); S(getdents64, 999, buf, 100); S(getdents64, dir, buf, 1); S(getdents64, path_fd, buf, 100); S(getdents, reg, buf, 100); S(getdents, 999, buf, 100); S(getdents, dir, buf, 1);
	mkdir("gone", 0755); int g = open("gone", O_RDONLY); rmdir("gone"); S(getdents64, g, buf, 100); F(openat, g, "x", O_CREAT | O_RDWR, 0600); S(mkdirat, g, "x", 0755); S(newfstatat, g, "..", &st, 0); S(fchdir, g); S(getcwd, buf, 100); F(open, ".", O_RDONLY); F(open, "..", O_RDONLY); F(open, "x", O_CREAT | O_RDWR, 0600); close(g);
	S(umask, 07777022); S(umask, 022);
}

static void controls(void)
{
	struct flock l = { F_WRLCK, SEEK_SET, 0, 10 }, bad = { 9, SEEK_SET }, badw = { F_RDLCK, 9 };
	struct epoll_event e = { EPOLLIN };
	struct itimerspec it = { { 0, 0 }, { 0, -1 } };
	int ep = syscall(SYS_epoll_create1, 0), t = syscall(SYS_timerfd_create, 1, O_NONBLOCK), n;

	S(fcntl, 999, F_GETFD); S(fcntl, reg, 9999, 0); S(fcntl, reg, F_DUPFD, -1); S(fcntl, reg, F_DUPFD, 10000000); S(fcntl, reg, F_GETFD); S(fcntl, reg, F_SETFD, 1); S(fcntl, reg, F_GETFD); S(fcntl, ro, F_GETFL); S(fcntl, ro, F_SETFL, O_NONBLOCK | O_APPEND); S(fcntl, ro, F_GETFL); S(fcntl, ro, F_SETFL, 0); S(fcntl, path_fd, F_GETFL); S(fcntl, path_fd, F_SETFL, 0); S(fcntl, path_fd, F_GETFD); S(fcntl, reg, F_SETLK, &l); S(fcntl, reg, F_SETLK, &bad); S(fcntl, reg, F_SETLK, &badw); S(fcntl, ro, F_SETLK, &l); S(fcntl, reg, F_GETLK, &l); S(fcntl, reg, F_GETLK, &bad); S(fcntl, p[0], F_GETPIPE_SZ); S(fcntl, reg, F_GETPIPE_SZ); S(fcntl, reg, F_GETOWN); S(fcntl, 999, F_GETOWN); S(fcntl, reg, F_GETSIG); S(fcntl, reg, F_SETSIG, 65); S(fcntl, reg, F_GETLEASE); S(fcntl, reg, F_NOTIFY, 0); 
	S(flock, reg, LOCK_EX); S(flock, reg, LOCK_UN); S(flock, reg, 0); S(flock, reg, 16); S(flock, 999, LOCK_EX); S(flock, ro, LOCK_EX | LOCK_NB); S(flock, wo, LOCK_EX | LOCK_NB); S(flock, path_fd, LOCK_SH);
	S(ioctl, 999, FIONREAD, &n); S(ioctl, reg, 0x12345678, &n); S(ioctl, reg, TCGETS, buf); S(ioctl, p[0], TCGETS, buf); S(ioctl, reg, FIONREAD, &n); S(ioctl, p[0], FIONREAD, &n); S(ioctl, reg, FIONBIO, &n); S(ioctl, dir, FIONREAD, &n); S(ioctl, path_fd, FIONREAD, &n); S(ioctl, reg, FIOCLEX); S(ioctl, reg, FIONCLEX);
	S(epoll_create, 0); S(epoll_create, -1); F(epoll_create, 1); S(epoll_create1, 1); S(epoll_ctl, ep, EPOLL_CTL_ADD, reg, &e); S(epoll_ctl, ep, EPOLL_CTL_ADD, dir, &e); S(epoll_ctl, ep, EPOLL_CTL_ADD, p[0], &e); S(epoll_ctl, ep, EPOLL_CTL_ADD, p[0], &e); S(epoll_ctl, ep, EPOLL_CTL_MOD, p[1], &e); S(epoll_ctl, ep, EPOLL_CTL_DEL, p[1], &e); S(epoll_ctl, ep, 9, p[0], &e); S(epoll_ctl, 999, EPOLL_CTL_ADD, p[0], &e); S(epoll_ctl, ep, EPOLL_CTL_ADD, 999, &e); S(epoll_ctl, ep, EPOLL_CTL_ADD, ep, &e); S(epoll_ctl, p[0], EPOLL_CTL_ADD, p[1], &e); S(epoll_ctl, ep, EPOLL_CTL_DEL, p[0], NULL); S(epoll_wait, ep, buf, 0, 0); S(epoll_wait, ep, buf, -1, 0); S(epoll_wait, 999, buf, 1, 0); S(epoll_wait, reg, buf, 1, 0); S(epoll_pwait, ep, buf, 1, 0, buf, 4); S(epoll_pwait, ep, buf, 1, 0, NULL, 4);
	S(poll, buf, -1, 0); S(poll, NULL, 0, 0); S(ppoll, NULL, 0, &(struct timespec){ 0, -1 }, NULL, 8); S(ppoll, NULL, 0, &(struct timespec){ 0, 0 }, buf, 4); S(select, -1, NULL, NULL, NULL, NULL); S(select, 0, NULL, NULL, NULL, &(struct timeval){ -1, 0 }); fd_set s; FD_ZERO(&s); FD_SET(29, &s); S(select, 30, &s, NULL, NULL, &(struct timeval){ 0, 0 }); S(pselect6, -1, NULL, NULL, NULL, NULL, NULL); S(pselect6, 0, NULL, NULL, NULL, &(struct timespec){ 0, -1 }, NULL);
	S(timerfd_create, 99, 0); S(timerfd_create, 1, 0x100); S(timerfd_settime, t, 0, &it, NULL); S(timerfd_settime, 999, 0, &it, NULL); it.it_value.tv_nsec = 0; S(timerfd_settime, reg, 0, &it, NULL); S(timerfd_settime, t, 0x100, &it, NULL); S(timerfd_gettime, 999, buf); S(timerfd_gettime, reg, buf); S(read, t, buf, 8); S(read, t, buf, 4); S(eventfd2, 0, 0x100); F(eventfd2, 5, 1); S(signalfd4, -1, buf, 4, 0); S(signalfd4, 999, buf, 8, 0); S(signalfd4, reg, buf, 8, 0); S(signalfd4, -1, buf, 8, 1); S(pipe2, buf, 0x100);
}

static int removed(const char *n, const struct stat *st, int type, struct FTW *f) { return remove(n); }

int main(void)
{
	char where[64];

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	snprintf(where, sizeof(where), "/tmp/fileerrors.%d", getpid());
	mkdir(where, 0755);
	chdir(where);
	umask(022);
	setup();
	opens(), transfers(), names();
	chdir(where);
	controls();
	chdir("/");
	nftw(where, removed, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}
