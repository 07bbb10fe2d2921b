/* openat2(2): each flag of resolve, sizes of the structure, and the rules of flags and mode. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int dir;

static void at(int dirfd, const char *path, unsigned long flags, unsigned long mode, unsigned long resolve)
{
	struct open_how how = { flags, mode, resolve };
	struct stat st = { 0 };
	int fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));

	printf("%s %lo %lo %lx: ", path, flags, mode, resolve);
	if (fd < 0) {
		printf("%s\n", strerrorname_np(errno));
		return;
	}
	fstat(fd, &st);
	printf("%o size %ld fl %o\n", st.st_mode & ~0222, (long)(S_ISREG(st.st_mode) ? st.st_size : -1), fcntl(fd, F_GETFL));
	close(fd);
}

static void file(const char *name, int size)
{
	int fd = openat(dir, name, O_CREAT | O_WRONLY, 0644);

	if (fd < 0 || ftruncate(fd, size))
		printf("%s: cannot be made\n", name);
	close(fd);
}

static void sizes(void)
{
	static struct { struct open_how how; char more[8192]; } big;

	for (int n = 0; n <= 25; n += n == 8 ? 15 : 1) {
		int fd = syscall(SYS_openat2, dir, "a/f", &big, (size_t)n);
		printf("size %d: %s\n", n, fd < 0 ? strerrorname_np(errno) : "opened");
		close(fd);
		n += n == 1 ? 6 : 0;
	}
	int fd = syscall(SYS_openat2, dir, "a/f", &big, 4096UL);
	printf("size 4096: %s\n", fd < 0 ? strerrorname_np(errno) : "opened");
	close(fd);
	big.more[9] = 1;
	syscall(SYS_openat2, dir, "a/f", &big, 4096UL);
	printf("not zero: %s\n", strerrorname_np(errno));
	syscall(SYS_openat2, dir, "a/f", &big, 4097UL);
	printf("size 4097: %s\n", strerrorname_np(errno));
	syscall(SYS_openat2, dir, "a/f", (void *)16, sizeof(big.how));
	printf("no structure: %s\n", strerrorname_np(errno));
	syscall(SYS_openat2, dir, (char *)16, &big.how, sizeof(big.how));
	printf("no path: %s\n", strerrorname_np(errno));
}

int main(void)
{
	char name[] = "/dev/shm/openat2-XXXXXX", abs[64], self[64];

	if (!mkdtemp(name) || (dir = open(name, O_RDONLY | O_DIRECTORY)) < 0)
		return 1;
	mkdirat(dir, "a", 0755);
	mkdirat(dir, "a/b", 0755);
	mkdirat(dir, "a/b/c", 0755);
	file("f", 1);
	file("a/f", 2);
	file("a/b/f", 3);
	file("a/b/c/f", 4);
	symlinkat("f", dir, "a/link");
	symlinkat("b", dir, "a/dirlink");
	symlinkat("../f", dir, "a/up");
	symlinkat("b/../../f", dir, "a/far");
	symlinkat("/f", dir, "a/absolute");
	symlinkat("/", dir, "a/top");
	symlinkat("b/../b/c/../f", dir, "a/inside");
	symlinkat("missing", dir, "a/dangling");
	symlinkat("loop", dir, "a/loop");
	snprintf(abs, sizeof(abs), "%s/f", name);
	symlinkat(abs, dir, "a/out");
	int a = openat(dir, "a", O_RDONLY), f = openat(dir, "f", O_RDONLY), h = openat(dir, "a/b/f", O_RDONLY);

	snprintf(self, sizeof(self), "/proc/self/fd/%d", h);
	symlinkat(self, dir, "a/magic");
	static const char *const paths[] = { "f", "./f", "b/f", "b/../f", "..", "../f", "../../../f", "/f", "/b/f", "/", "//", ".", "./", "b/..", "b/../..",
		"link", "link/", "dirlink", "dirlink/", "dirlink/f", "dirlink/../f", "up", "far", "absolute", "top", "top/f", "top/b", "inside",
		"dangling", "loop", "out", "magic", "missing", "missing/f", "f/", "f/.", "f/..", "" };
	static const unsigned how[] = { RESOLVE_BENEATH, RESOLVE_IN_ROOT, RESOLVE_NO_SYMLINKS, RESOLVE_NO_MAGICLINKS, RESOLVE_NO_XDEV,
		RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS, RESOLVE_IN_ROOT | RESOLVE_NO_XDEV };
	for (int i = 0; i < (int)(sizeof(how) / sizeof(*how)); i++)
		for (int k = 0; k < (int)(sizeof(paths) / sizeof(*paths)); k++)
			at(a, paths[k], k == 10 || (how[i] > RESOLVE_IN_ROOT && strspn(paths[k], "/") == strlen(paths[k])) ? O_PATH : O_RDONLY, 0, how[i]);
	for (int i = 0; i < 3; i++) {
		static const char *const last[] = { "link", "dangling", "loop", "magic", "top", "dirlink/", "dirlink/link" };
		for (int k = 0; k < 7; k++) {
			at(a, last[k], O_RDONLY | O_NOFOLLOW, 0, how[i]);
			at(a, last[k], O_PATH | O_NOFOLLOW, 0, how[i]);
			at(a, last[k], O_CREAT | O_EXCL | O_RDWR, 0600, how[i]);
		}
	}
	at(a, "new1", O_CREAT | O_RDWR, 0600, RESOLVE_BENEATH);
	at(a, "b/../new2", O_CREAT | O_RDWR, 0640, RESOLVE_BENEATH);
	at(a, "/b/new3", O_CREAT | O_RDWR | O_EXCL, 0604, RESOLVE_IN_ROOT);
	at(a, "../new4", O_CREAT | O_RDWR, 0600, RESOLVE_BENEATH);
	at(a, "../new5", O_CREAT | O_RDWR, 0600, RESOLVE_IN_ROOT);
	at(a, "new6/", O_CREAT | O_RDWR, 0600, RESOLVE_BENEATH);
	at(a, "b/", O_CREAT | O_RDWR, 0600, RESOLVE_BENEATH);
	at(a, ".", O_CREAT | O_RDWR, 0600, RESOLVE_BENEATH);
	at(a, "dangling", O_CREAT | O_RDWR, 0600, RESOLVE_BENEATH);
	at(a, "f", O_RDWR | O_TRUNC, 0, RESOLVE_IN_ROOT);
	at(a, ".", O_TMPFILE | O_RDWR, 0600, RESOLVE_BENEATH);
	at(a, "..", O_TMPFILE | O_RDWR, 0600, RESOLVE_BENEATH);
	printf("%d %d %d\n", faccessat(dir, "new5", F_OK, 0), faccessat(dir, "a/new5", F_OK, 0), faccessat(dir, "a/missing", F_OK, 0));

	/* Where dirfd is no directory, or none. */
	for (int i = 0; i < 3; i++) {
		at(f, "f", O_RDONLY, 0, how[i]);
		at(f, "/f", O_RDONLY, 0, how[i]);
		at(-1, "f", O_RDONLY, 0, how[i]);
		at(-1, "/f", O_RDONLY, 0, how[i]);
		at(-1, "", O_RDONLY, 0, how[i]);
	}
	/* Links of /proc, and other file systems. */
	static const char *const proc[] = { "/proc/self/status", "/proc/self/exe", "/proc/self/cwd", "/proc/self/cwd/", "/proc/version" };
	for (int k = 0; k < 5; k++) {
		static const unsigned limits[] = { RESOLVE_NO_XDEV, RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH };
		for (int i = 0; i < 4; i++)
			at(AT_FDCWD, proc[k], O_PATH, 0, limits[i]);
	}
	at(AT_FDCWD, "/proc", O_PATH, 0, RESOLVE_NO_XDEV);
	int proc_fd = open("/proc", O_RDONLY);
	at(proc_fd, "self/comm", O_PATH, 0, RESOLVE_NO_XDEV);
	at(proc_fd, "self/root", O_PATH, 0, RESOLVE_NO_XDEV);
	at(proc_fd, "..", O_PATH, 0, RESOLVE_NO_XDEV);
	at(proc_fd, "self/comm", O_PATH, 0, RESOLVE_BENEATH);
	at(proc_fd, "self/cwd", O_PATH, 0, RESOLVE_BENEATH);
	at(proc_fd, "self/cwd", O_PATH | O_NOFOLLOW, 0, RESOLVE_BENEATH);

	/* What open(2) ignores. */
	at(a, "f", O_RDONLY | 1UL << 40, 0, 0);
	at(a, "f", O_RDONLY | 1UL << 31, 0, 0);
	at(a, "f", O_RDONLY | 0x80000000UL, 0, 0);
	at(a, "f", O_RDONLY | 010UL, 0, 0);
	at(a, "f", O_RDONLY, 0600, 0);
	at(a, "f", O_RDWR | O_CREAT, 010600, 0);
	at(a, "new7", O_RDWR | O_CREAT, 04711, 0);
	at(a, "f", O_PATH | O_RDWR, 0, 0);
	at(a, "f", O_PATH | O_APPEND, 0, 0);
	at(a, "f", O_PATH | O_CLOEXEC, 0, 0);
	at(a, ".", O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, 0);
	at(a, "f", O_RDWR | O_CREAT | O_DIRECTORY, 0600, 0);
	at(a, ".", O_TMPFILE, 0600, 0);
	at(a, ".", (O_TMPFILE & ~O_DIRECTORY) | O_RDWR, 0600, 0);
	at(a, ".", O_TMPFILE | O_RDWR | O_CREAT, 0600, 0);
	at(a, ".", O_TMPFILE | O_RDWR, 0600, 0);
	at(a, "f", O_RDONLY, 0, RESOLVE_BENEATH | RESOLVE_IN_ROOT);
	at(a, "f", O_RDONLY, 0, 64);
	at(a, "f", O_RDONLY, 0, 1UL << 40);
	at(a, "f", O_RDONLY | O_LARGEFILE | O_NOCTTY | O_NONBLOCK | O_SYNC, 0, 0);
	at(a, "new8", O_RDWR | O_CREAT, 0600, RESOLVE_CACHED);
	at(a, "f", O_RDWR | O_TRUNC, 0, RESOLVE_CACHED);
	at(a, ".", O_RDWR | O_TMPFILE, 0600, RESOLVE_CACHED);
	at(a, "b/f", O_RDWR, 0, RESOLVE_CACHED);
	sizes();

	static const char *const made[] = { "a/new1", "a/new2", "a/b/new3", "a/new5", "a/new7", "a/missing", "f", "a/f", "a/b/f", "a/b/c/f", "a/link",
		"a/dirlink", "a/up", "a/far", "a/absolute", "a/top", "a/inside", "a/dangling", "a/loop", "a/out", "a/magic" };
	for (int i = 0; i < 21; i++)
		if (unlinkat(dir, made[i], 0))
			printf("%s is not there\n", made[i]);
	unlinkat(dir, "a/b/c", AT_REMOVEDIR);
	unlinkat(dir, "a/b", AT_REMOVEDIR);
	unlinkat(dir, "a", AT_REMOVEDIR);
	printf("%d\n", rmdir(name));
}
