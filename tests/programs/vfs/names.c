/* Names: slashes, dots, lengths, links that go round, what was removed, and what each call says of them. */
#include "say.h"
#include <dirent.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

static char long255[256], long256[257], path4095[4096], path4096[4097];

static void each(const char *p)
{
	struct stat st;
	char buf[16];

	printf("-- %.8s (%zu)\n", p, strlen(p));
	SAY(stat(p, &st));
	SAY(lstat(p, &st));
	SAY(access(p, F_OK));
	SAY(open(p, O_RDONLY) < 0 ? -1 : 0);
	SAY(open(p, O_RDONLY | O_NOFOLLOW) < 0 ? -1 : 0);
	SAY(open(p, O_WRONLY) < 0 ? -1 : 0);
	SAY(open(p, O_RDONLY | O_DIRECTORY) < 0 ? -1 : 0);
	SAY(open(p, O_RDWR | O_CREAT | O_EXCL, 0600) < 0 ? -1 : 0);
	SAY(readlink(p, buf, sizeof(buf)));
	SAY(mkdir(p, 0755));
	SAY(mknod(p, S_IFREG | 0600, 0));
	SAY(symlink("x", p));
	SAY(link("file", p));
	SAY(link(p, "other"));
	SAY(rename("missing", p));
	SAY(rename(p, "dir2"));
	SAY(rename("dir2", p));
	SAY(rename("file", p));
	SAY(rmdir(p));
	SAY(unlink(p));
	SAY(chdir(p));
	chdir(own);
	unlink("other");
}

static void reset(void)
{
	close(make("file", "x"));
	mkdir("dir", 0755);
	mkdir("dir2", 0755);
	mkdir("full", 0755);
	close(make("full/f", ""));
	symlink("file", "link");
	symlink("dir", "dirlink");
	symlink("dirlink", "linklink");
	symlink("nowhere", "dangling");
	symlink("loop2", "loop1");
	symlink("loop1", "loop2");
	mkfifo("fifo", 0600);
}

static void scrap(void)
{
	static const char *const files[] = { "file", "link", "dirlink", "linklink", "dangling", "loop1", "loop2", "fifo", "full/f", "new", "nowhere", "other" };
	static const char *const dirs[] = { "dir", "dir2", "full", "new", "nowhere" };

	for (int i = 0; i < 12; i++)
		unlink(files[i]);
	for (int i = 0; i < 5; i++)
		rmdir(dirs[i]);
}

static void links(void)
{
	char a[8], b[8];
	struct stat st;

	close(make("l0", "x"));
	for (int i = 1; i <= 42; i++) {
		snprintf(a, sizeof(a), "l%d", i - 1);
		snprintf(b, sizeof(b), "l%d", i);
		symlink(a, b);
	}
	SAY(stat("l39", &st));
	SAY(stat("l40", &st));
	SAY(stat("l41", &st));
	SAY(open("l41", O_RDONLY | O_CREAT, 0600));
	SAY(lstat("l42", &st));
	SAY(symlink("", "empty"));
	SAY(symlink("a", ""));
	SAY(symlink(path4095, "p") == 0 && lstat("p", &st) == 0 ? st.st_size : -1);
	SAY(stat("p", &st));
	SAY(symlink(path4096, "p2"));
	SAY(readlink("l1", a, 0));
	SAY(readlink("l1", a, -1));
	SAY(readlink("l42", a, 2));
	SAY(readlink("l0", a, 2));
	SAY(readlink("", a, 2));
	for (int i = 0; i <= 42; i++) {
		snprintf(b, sizeof(b), "l%d", i);
		unlink(b);
	}
	unlink("p");
}

static void removed(void)
{
	char buf[64];
	struct stat st;
	int here = open(".", O_RDONLY);

	mkdir("gone", 0755);
	SAY(chdir("gone"));
	int d = open(".", O_RDONLY);
	SAY(rmdir("../gone"));
	SAY(getcwd(buf, sizeof(buf)) ? 0 : -1);
	SAY(stat(".", &st));
	printf("links %ld\n", (long)st.st_nlink);
	SAY(stat("..", &st));
	SAY(open(".", O_RDONLY) < 0 ? -1 : 0);
	SAY(open("x", O_RDWR | O_CREAT, 0600));
	SAY(open("x", O_RDONLY));
	SAY(open(".", O_TMPFILE | O_RDWR, 0600) < 0 ? -1 : 0);
	SAY(mkdir("x", 0700));
	SAY(symlink("x", "y"));
	SAY(mkfifo("x", 0600));
	SAY(link("../file", "x"));
	SAY(rename("../file", "x"));
	SAY(rename("../file", "../file"));
	SAY(unlink("x"));
	SAY(rmdir("x"));
	SAY(rmdir("."));
	SAY(rmdir(""));
	SAY(chdir("."));
	SAY(syscall(SYS_getdents64, d, buf, sizeof(buf)));
	SAY(fchdir(d));
	SAY(chdir(".."));
	SAY(fchdir(here));
	SAY(getcwd(buf, 1) ? 0 : -1);
	SAY(getcwd(0, 1) ? 0 : -1);
	SAY(syscall(SYS_getcwd, buf, 0));
	SAY(syscall(SYS_getcwd, 0, 64));
	SAY(syscall(SYS_getcwd, buf, strlen(own)));
	SAY(syscall(SYS_getcwd, buf, strlen(own) + 1));
	close(d), close(here);
}

static void entries(void)
{
	char buf[512], name[8];
	long n, pos[64];
	int count = 0;

	mkdir("many", 0755);
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "many/%d", i);
		close(make(name, ""));
	}
	int d = open("many", O_RDONLY | O_DIRECTORY), f = open("many/1", O_RDONLY);
	SAY(syscall(SYS_getdents64, d, buf, 0));
	SAY(syscall(SYS_getdents64, d, buf, 23));
	SAY(syscall(SYS_getdents64, d, buf, 24));
	SAY(syscall(SYS_getdents64, d, buf, 24));
	SAY(syscall(SYS_getdents, d, buf, 20));
	SAY(syscall(SYS_getdents, d, buf, 24));
	SAY(syscall(SYS_getdents64, f, buf, 100));
	SAY(syscall(SYS_getdents64, -1, buf, 100));
	SAY(syscall(SYS_getdents64, d, (char *)16, 100));
	lseek(d, 0, SEEK_SET);
	while ((n = syscall(SYS_getdents64, d, buf, 100)) > 0)
		for (long at = 0; at < n; at += *(unsigned short *)(buf + at + 16))
			pos[count++] = *(long *)(buf + at + 8);
	printf("%d entries, %ld\n", count, n);
	/* From each position the rest comes. */
	int good = 0;
	for (int i = 0; i < count - 1; i++) {
		int rest = 0;
		lseek(d, pos[i], SEEK_SET);
		while ((n = syscall(SYS_getdents64, d, buf, sizeof(buf))) > 0)
			for (long at = 0; at < n; at += *(unsigned short *)(buf + at + 16))
				rest++;
		good += rest == count - 1 - i;
	}
	printf("%d of %d\n", good, count - 1);
	/* What is removed on the way is told once at most, and the rest not lost. */
	lseek(d, 0, SEEK_SET);
	int seen = 0;
	while ((n = syscall(SYS_getdents64, d, buf, 64)) > 0)
		for (long at = 0; at < n; at += *(unsigned short *)(buf + at + 16)) {
			char *e = buf + at + 19;
			seen += *e != '.' && unlinkat(d, e, 0) == 0;
		}
	printf("%d removed\n", seen);
	close(d), close(f);
	SAY(rmdir("many"));
}

static void nodes(void)
{
	struct stat st;
	static const unsigned kinds[] = { 0, S_IFREG, S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK, S_IFDIR, S_IFLNK, 0170000, 0030000 };

	for (int i = 0; i < 10; i++) {
		printf("%o: ", kinds[i]);
		if (SAY(mknod("n", kinds[i] | 04666, makedev(1, 3))) == 0) {
			stat("n", &st);
			printf("%o %lx\n", st.st_mode, (long)st.st_rdev);
			SAY(open("n", O_RDWR | O_NONBLOCK) < 0 ? -1 : 0);
			SAY(mknod("n", S_IFREG | 0600, 0));
			SAY(mkdir("n", 0600));
			unlink("n");
		}
	}
	SAY(mkdir("n", 07777));
	stat("n", &st);
	printf("%o\n", st.st_mode);
	SAY(chmod("n", 02770));
	SAY(mkdir("n/s", 0777));
	stat("n/s", &st);
	printf("%o\n", st.st_mode);
	rmdir("n/s"), rmdir("n");
	close(make("n", ""));
	SAY(chmod("n", 0177777));
	stat("n", &st);
	printf("%o\n", st.st_mode);
	SAY(chown("n", -1, -1));
	stat("n", &st);
	printf("%o\n", st.st_mode);
	SAY(unlink("n"));
}

static void moves(void)
{
	mkdir("m", 0755), mkdir("m/a", 0755), mkdir("m/a/b", 0755), mkdir("m/c", 0755), mkdir("m/c/d", 0755);
	close(make("m/f", "")), close(make("m/g", ""));
	link("m/f", "m/h");
#define R(a, b, f) SAY(syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, f))
	R("m/f", "m/h", 0);
	R("m/f", "m/h", 1);
	R("m/f", "m/h", 2);
	R("m/f", "m/g", 1);
	R("m/f", "m/g", 3);
	R("m/f", "m/g", 4);
	R("m/f", "m/g", 8);
	R("m/f", "m/h", 5);
	struct stat st;
	SAY(stat("m/f", &st));
	printf("%o %ld\n", st.st_mode, (long)st.st_rdev);
	R("m/f", "m/h", 0);
	close(make("m/f", ""));
	R("m/f", "m/g", 6);
	R("m/missing", "m/g", 2);
	R("m/f", "m/missing", 2);
	R("m/f", "m/a", 0);
	R("m/a", "m/f", 0);
	R("m/a", "m/a/b", 0);
	R("m/a", "m/a/b/x", 0);
	R("m/a/b", "m/a", 0);
	R("m/a/b", "m/a", 2);
	R("m/a", "m/c", 0);
	R("m/a", "m/c/d", 0);
	R("m/c/d/b", "m/b", 0);
	R("m/f", "m/f/x", 0);
	R("m/.", "m/x", 0);
	R("m/..", "m/x", 0);
	R("m/f", "m/.", 0);
	R("m/f", "m/..", 1);
	R("/", "m/x", 0);
	R("m/f", "/", 0);
	R("m/f", "/", 1);
	R("", "m/x", 0);
	R("m/f", "", 0);
	R("m/f", "/proc/x", 0);
	R("/proc/self", "m/x", 0);
	R("m/b/", "m/b2", 0);
	R("m/b2", "m/b/", 0);
	R("m/f/", "m/x", 0);
	R("m/f", "m/x/", 0);
	R("m/f", "m/b", 2);
	R("m/f", "m/nope/x", 0);
	R("m/nope/x", "m/f", 0);
	R("m/f", long256, 0);
	R(long256, "m/f", 0);
	int d = open("m", O_RDONLY), c = 0;
	DIR *dir = fdopendir(dup(d));
	while (readdir(dir))
		c++;
	closedir(dir);
	printf("%d names\n", c);
	close(d);
	unlink("m/f"), unlink("m/g"), unlink("m/h"), unlink("m/b");
	rmdir("m/c/d/b"), rmdir("m/c/d"), rmdir("m/c"), rmdir("m/a"), rmdir("m/b"), rmdir("m/f");
	SAY(rmdir("m"));
}

static void flat(void)
{
	struct statfs fs;
	int d = open(".", O_RDONLY);

	SAY(statfs(".", &fs));
	printf("%lx bsize %ld frsize %ld namelen %ld flags %lx\n", (long)fs.f_type, (long)fs.f_bsize, (long)fs.f_frsize, (long)fs.f_namelen, (long)fs.f_flags & 1);
	printf("%d %d %d %d\n", fs.f_blocks >= fs.f_bfree, fs.f_bfree >= fs.f_bavail, fs.f_files > fs.f_ffree, fs.f_blocks > 0);
	SAY(statfs("/proc", &fs));
	printf("%lx bsize %ld namelen %ld blocks %ld\n", (long)fs.f_type, (long)fs.f_bsize, (long)fs.f_namelen, (long)fs.f_blocks);
	SAY(statfs("missing", &fs));
	SAY(statfs("", &fs));
	SAY(statfs(".", (void *)16));
	SAY(fstatfs(-1, &fs));
	SAY(syscall(SYS_faccessat2, d, "", F_OK, AT_EMPTY_PATH));
	SAY(syscall(SYS_faccessat2, d, "", F_OK, 0));
	SAY(syscall(SYS_faccessat2, d, ".", 8, 0));
	SAY(syscall(SYS_faccessat2, d, ".", R_OK, 0x10));
	SAY(syscall(SYS_faccessat2, d, "dangling", F_OK, AT_SYMLINK_NOFOLLOW));
	SAY(syscall(SYS_faccessat2, d, "dangling", F_OK, 0));
	SAY(syscall(SYS_faccessat2, d, "file", X_OK, AT_EACCESS));
	SAY(syscall(SYS_faccessat, d, "file", F_OK));
	SAY(syscall(SYS_faccessat2, -1, own, F_OK, 0));
	SAY(syscall(SYS_faccessat2, -1, "x", F_OK, 0));
	close(d);
}

int main(void)
{
	static const char *const names[] = { "file", "file/", "file/.", "file/x", "dir", "dir/", "dir/.", "dir/..", "link", "link/", "dirlink", "dirlink/",
		"dirlink/.", "linklink/", "dangling", "dangling/", "loop1", "loop1/x", "fifo/", "full", "full/", "full/.", ".", "..", "/", "//", "./.", "",
		"new", "new/", "new/.", "new/..", "new/x", "missing/../file", long255, long256, path4095, path4096 };

	enter();
	memset(long255, 'n', 255);
	memset(long256, 'n', 256);
	memset(path4095, '/', 4095);
	memcpy(path4095, own, strlen(own));
	path4095[4094] = '.';
	memset(path4096, '/', 4096);
	for (int i = 0; i < (int)(sizeof(names) / sizeof(*names)); i++) {
		reset();
		each(names[i]);
		scrap();
		unlink(long255), rmdir(long255);
	}
	links();
	reset();
	removed();
	flat();
	scrap();
	entries();
	nodes();
	moves();
	SAY(chdir("/"));
	SAY(rmdir(own));
}
