/* What cannot be done in /proc and /sys, and how reading goes there. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

static void said(const char *what, long r)
{
	printf("%s: %s\n", what, r < 0 ? strerror(errno) : "done");
}

static void changes(const char *dir)
{
	printf("in %s\n", dir);
	if (chdir(dir)) {
		perror(dir);
		return;
	}
	said("mkdir", mkdir("new", 0777));
	said("creat", open("new", O_CREAT | O_WRONLY, 0666));
	said("symlink", symlink("a", "new"));
	said("mknod", mknod("new", S_IFIFO | 0666, 0));
	said("unlink of nothing", unlink("new"));
	said("rename of nothing", rename("new", "other"));
	if (strcmp(dir, "/proc"))
		said("rmdir", rmdir(dir));
}

static void of_file(const char *name, int writes)
{
	int fd = open(name, O_RDONLY), w;
	char c[16];

	printf("%s\n", name);
	said("open", fd);
	said("directory", open(name, O_RDONLY | O_DIRECTORY));
	said("exclusive", open(name, O_RDONLY | O_CREAT | O_EXCL, 0600));
	said("unlink", unlink(name));
	said("rename", rename(name, "/proc/new"));
	said("link", link(name, "/proc/new"));
	said("write to what reads", write(fd, "x", 1));
	printf("far behind the end: %zd\n", pread(fd, c, sizeof c, 1 << 28));
	said("negative", pread(fd, c, sizeof c, -1));
	said("fsync", fsync(fd));
	w = open(name, O_WRONLY | O_TRUNC);
	said("open to write", w);
	if (w >= 0 && writes)
		said("write", write(w, "x", 1));
	close(w);
	close(fd);
}

/* One byte at a time, and from the middle, gives the same text as at once. */
static int same_text(const char *name)
{
	static char whole[65536], bytes[65536], rest[65536];
	int fd = open(name, O_RDONLY), n = read(fd, whole, sizeof whole), i = 0, m;

	if (fd < 0 || n <= 0)
		return -1;
	lseek(fd, 0, SEEK_SET);
	while (i < n && read(fd, bytes + i, 1) == 1)
		i++;
	m = pread(fd, rest, sizeof rest, n / 2);
	close(fd);
	return i == n && !memcmp(whole, bytes, n) && m == n - n / 2 && !memcmp(rest, whole + n / 2, m);
}

/* Entries say what stat() says; none comes twice. */
static void entries(const char *name)
{
	DIR *d = opendir(name);
	struct dirent *e;
	struct stat st;
	char *seen[512];
	int n = 0, wrong = 0, twice = 0;

	while (d && (e = readdir(d))) {
		int err = fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW);
		if (!strcmp(e->d_name, ".."))
			continue;
		if (err || st.st_ino != e->d_ino || (e->d_type != DT_UNKNOWN && (st.st_mode & S_IFMT) != DTTOIF(e->d_type))) {
			if (strspn(e->d_name, "0123456789") != strlen(e->d_name))
				printf("%s/%s: %d, inode %lu %lu, type %d %o\n", name, e->d_name, err, st.st_ino, e->d_ino, e->d_type, st.st_mode);
			wrong++;
		}
		for (int i = 0; i < n; i++)
			twice += !strcmp(seen[i], e->d_name);
		if (n < 512)
			seen[n++] = strdup(e->d_name);
	}
	printf("%s: some %d, wrong %d, twice %d\n", name, n > 1, !strcmp(name, "/proc") ? 0 : wrong, twice);
	if (d)
		closedir(d);
}

static void magic(void)
{
	char buf[4096], small[4];
	struct stat a, b;
	struct statfs fs;
	int fd = open("/proc/self/exe", O_RDONLY);

	printf("exe is open: %d\n", fd >= 0);
	snprintf(buf, sizeof buf, "/proc/self/fd/%d", fd);
	fstat(fd, &a);
	stat(buf, &b);
	printf("the same file %d\n", a.st_ino == b.st_ino && a.st_dev == b.st_dev);
	lstat(buf, &b);
	printf("link %o size %ld\n", b.st_mode, (long)b.st_size);
	printf("cut %zd\n", readlink(buf, small, sizeof small));
	said("readlink of a file", readlink("/proc/self/stat", buf, sizeof buf));
	said("readlink of a folder", readlink("/proc/self/fd", buf, sizeof buf));
	said("no such descriptor", readlink("/proc/self/fd/77", buf, sizeof buf));
	said("no number", open("/proc/self/fd/x", O_RDONLY));
	said("no process", open("/proc/999999999/stat", O_RDONLY));
	said("leading zero", open("/proc/01/stat", O_RDONLY));
	lstat("/proc/self", &a);
	printf("self %o, its target a number %d\n", a.st_mode, readlink("/proc/self", buf, sizeof buf) == (ssize_t)strspn(buf, "0123456789"));
	printf("proc %d", statfs("/proc", &fs) ? -1 : fs.f_type == 0x9fa0);
	printf(" sys %d\n", statfs("/sys", &fs) ? -1 : fs.f_type == 0x62656572);
	for (const char *const *n = (const char *const[]){ "/proc", "/proc/self", "/proc/self/stat", "/proc/self/fd",
			"/proc/cpuinfo", "/proc/sys", "/proc/sys/kernel/hostname", "/proc/sys/kernel/ostype", "/sys",
			"/proc/self/oom_score_adj", "/proc/self/maps", "/proc/self/cmdline", "/proc/mounts", "/proc/self/task", NULL }; *n; n++) {
		int err = lstat(*n, &a);
		printf("%s mode %o size %ld\n", *n, err ? -1 : a.st_mode, (long)a.st_size);
	}
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	changes("/proc");
	changes("/proc/self");
	changes("/proc/self/fd");
	changes("/proc/sys/kernel");
	of_file("/proc/cpuinfo", 1);
	of_file("/proc/self/status", 1);
	of_file("/proc/self/comm", 1);
	of_file("/proc/sys/kernel/ostype", 1);
	of_file("/proc/self/cmdline", 1);
	of_file("/sys/devices/system/cpu/online", 1);
	said("chmod", chmod("/proc/self/status", 0600));
	said("chmod", chmod("/proc/sys/kernel/ostype", 0600));
	for (const char *const *n = (const char *const[]){ "/proc/cpuinfo", "/proc/self/status", "/proc/self/maps", "/proc/self/limits",
			"/proc/self/mountinfo", "/proc/filesystems", "/proc/version", "/proc/self/cmdline", "/proc/sys/kernel/osrelease",
			"/sys/devices/system/cpu/possible", NULL }; *n; n++)
		printf("%s: same %d\n", *n, same_text(*n));
	entries("/proc");
	entries("/proc/self");
	entries("/proc/self/task");
	entries("/proc/sys/kernel");
	entries("/proc/self/fdinfo");
	magic();
	return 0;
}
