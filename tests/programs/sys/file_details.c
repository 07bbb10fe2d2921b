/* Errors and effects of file system calls that few programs meet. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "alone.h"

static char buf[4096];

static void show(const char *what, long r)
{
	if (r < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: %ld\n", what, r);
}
#define S(call) show(#call, call)

static void flags(void)
{
	int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600), none = open("file", O_ACCMODE);

	S(write(fd, "0123456789", 10));
	S(none > 0);
	S(read(none, buf, 1));
	S(write(none, buf, 1));
	S(readlink("file", buf, 0));
	S(fcntl(none, F_GETFL) & O_ACCMODE);
	S(sendfile(none, fd, NULL, 1));
	S(sendfile(fd, none, NULL, 1));
	S(open(".", O_RDONLY | O_DIRECT));
	off_t far = LONG_MAX - 5, neg = -1, at = 2;
	int out = open("out", O_RDWR | O_CREAT | O_TRUNC, 0600);
	S(sendfile(out, fd, &far, 10));
	S(sendfile(out, fd, &neg, 10));
	S(sendfile(out, fd, NULL, -1));
	S(sendfile(out, fd, &at, 5));
	S(lseek(out, 0, SEEK_CUR));
	S(sync_file_range(fd, LONG_MAX, 1, 0));
	S(sync_file_range(fd, LONG_MAX - 1, 1, 0));
	S(sync_file_range(fd, 8912, LONG_MAX - 4096, 0));
	S(sync_file_range(fd, 1, 0, 0));
}

static void names(void)
{
	S(fchmodat(-1, "", 0600, 0));
	S(fchmodat(-1, "x", 0600, 0));
	S(fchmodat(-1, "/", 0755, 0) < 0 && errno == EBADF);
	S(openat(-1, "", O_RDONLY));
	S(mkdirat(-1, "", 0700));
	S(unlinkat(-1, "", 0));
	S(faccessat(-1, "", R_OK, 0));
	S(readlinkat(-1, "", buf, 10));
	S(renameat(-1, "", -1, "x"));
	S(symlinkat("", AT_FDCWD, "x"));
	S(linkat(-1, "", AT_FDCWD, "x", 0));
}

static void seek(const char *name)
{
	int fd = open(name, O_RDONLY);

	printf("%s: open %d\n", name, fd >= 0);
	S(lseek(fd, 0, SEEK_END));
	S(lseek(fd, 5, SEEK_SET));
	S(lseek(fd, -3, SEEK_CUR));
	S(lseek(fd, -3, SEEK_CUR));
	close(fd);
}

static void magic(void)
{
	struct statfs st;
	int p[2], s[2];

	pipe(p);
	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	S(fstatfs(p[0], &st));
	printf("%lx\n", st.f_type);
	S(fstatfs(s[0], &st));
	printf("%lx\n", st.f_type);
}

/* RELATIME: a time that is not behind the others is not brought up to date. */
static void accessed(const char *how)
{
	struct stat st;

	stat("file", &st);
	int newer = st.st_atim.tv_sec > 1000000, mod = st.st_mtim.tv_sec == 2000;
	stat(".", &st);
	printf("%s: file %d %d directory %d\n", how, newer, mod, st.st_atim.tv_sec > 1000000);
}

static void old(void)
{
	struct timespec t[2] = { { 1000 }, { 2000 } };

	utimensat(AT_FDCWD, "file", t, 0);
	utimensat(AT_FDCWD, ".", t, 0);
}

static void times(void)
{
	int fd = open("file", O_RDWR), quiet = open("file", O_RDONLY | O_NOATIME), dir = open(".", O_RDONLY | O_DIRECTORY);

	old();
	accessed("old");
	read(quiet, buf, 3);
	accessed("read without");
	read(fd, buf, 0);
	accessed("read nothing");
	pread(fd, buf, 3, 0);
	accessed("read");
	old();
	pread(fd, buf, 3, 1000);
	accessed("read at the end");
	old();
	syscall(SYS_getdents64, dir, buf, sizeof(buf));
	accessed("directory");
	unlink("link");
	symlink("file", "link");
	struct stat st;
	utimensat(AT_FDCWD, "link", (struct timespec[2]){ { 1000 }, { 2000 } }, AT_SYMLINK_NOFOLLOW);
	readlink("link", buf, sizeof(buf));
	lstat("link", &st);
	printf("link %d\n", st.st_atim.tv_sec > 1000000);
	utimensat(AT_FDCWD, "link", (struct timespec[2]){ { 1000 }, { 2000 } }, AT_SYMLINK_NOFOLLOW);
	stat("link", &st);
	lstat("link", &st);
	printf("followed %d\n", st.st_atim.tv_sec > 1000000);
}

int main(void)
{
	run_alone();
	mkdir("/tmp/sys-file-details", 0700);
	chdir("/tmp/sys-file-details");
	flags();
	names();
	seek("/proc/self/status");
	seek("/proc/self/stat");
	seek("/proc/self/maps");
	seek("/proc/self/cmdline");
	seek("/proc/self/environ");
	seek("/proc/self/comm");
	seek("/proc/stat");
	seek("/proc/cpuinfo");
	seek("/proc/meminfo");
	seek("/proc/uptime");
	seek("/proc/version");
	seek("/proc/mounts");
	seek("/proc/filesystems");
	seek("/proc/sys/kernel/ostype");
	magic();
	times();
	int dir = open(".", O_RDONLY);
	S(syscall(SYS_getdents64, dir, buf, 1U << 31));
	S(syscall(SYS_getdents64, dir, buf, -1));
	struct statx sx;
	S(statx(AT_FDCWD, ".", 0, 0x1000, &sx));
	printf("%x %d\n", sx.stx_mask & 0x1000, sx.stx_mnt_id != 0);
	return 0;
}
