/* File operations in the folder argv[1], which is empty: what they answer, on any file system the same. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#define BIG (5 << 20)

static void say(const char *what, long r)
{
	if (r < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: %ld\n", what, r);
}
#define SAY(call) (errno = 0, say(#call, (long)(call)))

static unsigned sum(const unsigned char *p, size_t n)
{
	unsigned s = 2166136261u;

	while (n--)
		s = (s ^ *p++) * 16777619;
	return s;
}

static void show(const char *name)
{
	struct stat st;

	if (lstat(name, &st)) {
		say(name, -1);
		return;
	}
	printf("%s: mode %o, links %lu, size %ld\n", name, st.st_mode, S_ISDIR(st.st_mode) ? 0UL : st.st_nlink,
	       S_ISDIR(st.st_mode) ? 0L : (long)st.st_size);
}

static void contents(const char *name)
{
	static unsigned char buf[BIG + 100];
	int fd = open(name, O_RDONLY);
	size_t n = 0;
	ssize_t r;

	while (fd >= 0 && (r = read(fd, buf + n, sizeof(buf) - n)) > 0)
		n += r;
	printf("%s: %zd bytes, sum %08x\n", name, fd < 0 ? -1 : (ssize_t)n, sum(buf, n));
	close(fd);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in order, and their types. */
static void list(const char *dir)
{
	static char *names[2000];
	DIR *d = opendir(dir);
	struct dirent *e;
	int n = 0, dots = 0;

	while (d && (e = readdir(d))) {
		char *s;
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) {
			dots++;
			continue;
		}
		asprintf(&s, "%s/%d", e->d_name, e->d_type);
		names[n++] = s;
	}
	qsort(names, n, sizeof(*names), by_name);
	unsigned s = 0;
	for (int i = 0; i < n; i++) {
		s = s * 31 + sum((unsigned char *)names[i], strlen(names[i]));
		if (n < 20)
			printf("  %s\n", names[i]);
		free(names[i]);
	}
	printf("%s: %d entries, %d dots, %08x\n", dir, n, dots, s);
	if (d)
		closedir(d);
}

/* posix_fallocate(), which libraries emulate where the file system cannot do it. */
static void reserved(void)
{
	int fd = open("reserved", O_RDWR | O_CREAT, 0600), ro = open("reserved", O_RDONLY), dir = open(".", O_RDONLY);

	SAY(pwrite(fd, "abc", 3, 4094));
	SAY(posix_fallocate(fd, 100, 9000));
	SAY(posix_fallocate(fd, 0, 1));
	SAY(posix_fallocate(fd, 9099, 1));
	SAY(posix_fallocate(fd, 9100, 5000));
	SAY(posix_fallocate64(fd, 20000, 4096));
	SAY(posix_fallocate(fd, 0, 0));
	SAY(posix_fallocate(fd, -1, 1));
	SAY(posix_fallocate(fd, 0, -1));
	SAY(posix_fallocate(ro, 0, 10));
	SAY(posix_fallocate(dir, 0, 10));
	SAY(posix_fallocate(-1, 0, 10));
	close(fd);
	close(ro);
	close(dir);
	show("reserved");
	contents("reserved");
}

static void files(void)
{
	char buf[100] = "";
	int fd;

	SAY(open("a", O_RDONLY));
	SAY(fd = open("a", O_RDWR | O_CREAT | O_EXCL, 0640) < 0 ? -1 : 0);
	SAY(open("a", O_RDWR | O_CREAT | O_EXCL, 0640));
	fd = open("a", O_RDWR);
	SAY(write(fd, "hello, world\n", 13));
	SAY(lseek(fd, 0, SEEK_CUR));
	SAY(pread(fd, buf, 5, 7));
	printf("%s\n", buf);
	SAY(pwrite(fd, "W", 1, 7));
	SAY(pwrite(fd, "far", 3, 10001));
	SAY(lseek(fd, -4, SEEK_END));
	SAY(read(fd, buf, 100));
	SAY(read(fd, buf, 100));
	SAY(lseek(fd, 3, SEEK_DATA));
	SAY(lseek(fd, 20000, SEEK_DATA));
	SAY(lseek(fd, -1, SEEK_SET));
	SAY(ftruncate(fd, 5000));
	SAY(ftruncate(fd, -1));
	SAY(lseek(fd, 0, SEEK_END));
	SAY(fsync(fd));
	SAY(fdatasync(fd));
	SAY(flock(fd, LOCK_EX));
	SAY(fcntl(fd, F_SETFL, O_APPEND));
	SAY(pwrite(fd, "end", 3, 0));
	SAY(write(fd, "END", 3));
	SAY(lseek(fd, 0, SEEK_CUR));
	SAY(fcntl(fd, F_SETFL, 0));
	SAY(pwrite(fd, "start", 5, 0));
	struct iovec v[3] = { { "one", 3 }, { "", 0 }, { "three", 5 } };
	SAY(pwritev(fd, v, 3, 100));
	close(fd);
	contents("a");
	show("a");
	fd = open("a", O_WRONLY | O_APPEND);
	int other = open("a", O_WRONLY);
	SAY(write(fd, "1", 1));
	SAY(pwrite(other, "xyz", 3, 5007));
	SAY(write(fd, "2", 1));
	SAY(read(fd, buf, 1));
	close(other);
	close(fd);
	contents("a");
	fd = open("a", O_RDONLY);
	SAY(write(fd, "1", 1));
	SAY(ftruncate(fd, 1));
	SAY(read(fd, NULL, 10));
	close(fd);
	SAY(truncate("a", 4097));
	contents("a");
	reserved();
	SAY(close(open("a", O_WRONLY | O_TRUNC)));
	show("a");
	SAY(close(open("b", O_WRONLY | O_CREAT, 0444)));
	show("b");
	fd = open("c", O_RDWR | O_CREAT | O_APPEND, 0600);
	SAY(write(fd, "12345", 5));
	SAY(pread(fd, buf, 5, 0));
	SAY(lseek(fd, 0, SEEK_SET));
	SAY(write(fd, "67890", 5));
	close(fd);
	contents("c");
	SAY(open("a", O_RDONLY | O_DIRECTORY));
	SAY(open("a/b", O_RDONLY));
	SAY(open("", O_RDONLY));
	SAY(open("e/", O_RDWR | O_CREAT, 0600));
}

static void names(void)
{
	char buf[PATH_MAX], longest[300];
	int fd;

	SAY(mkdir("d", 0750));
	SAY(mkdir("d", 0750));
	SAY(mkdir("d/e", 0700));
	SAY(mkdir("none/e", 0700));
	SAY(mkdir("a/e", 0700));
	show("d");
	SAY(rmdir("d"));
	SAY(rmdir("a"));
	SAY(unlink("d"));
	SAY(unlink("none"));
	SAY(open("d", O_WRONLY));
	SAY(read(open("d", O_RDONLY), buf, 10));
	memset(longest, 'n', sizeof(longest));
	longest[255] = 0;
	SAY(close(open(longest, O_CREAT | O_WRONLY, 0600)));
	SAY(unlink(longest));
	longest[255] = 'n';
	longest[256] = 0;
	SAY(open(longest, O_CREAT | O_WRONLY, 0600));
	SAY(symlink("../a", "d/link"));
	SAY(symlink("../a", "d/link"));
	SAY(symlink("", "d/link2"));
	SAY(symlink("loop", "loop"));
	SAY(symlink("nothing", "dangling"));
	memset(buf, 'x', sizeof(buf));
	buf[4000] = 0;
	SAY(symlink(buf, "far"));
	SAY(readlink("far", buf, sizeof(buf)));
	SAY(readlink("far", buf, 10));
	SAY(readlink("d/link", buf, sizeof(buf)));
	SAY(readlink("a", buf, sizeof(buf)));
	SAY(open("loop", O_RDONLY));
	SAY(open("d/link", O_RDONLY | O_NOFOLLOW));
	SAY(access("d/link", R_OK | W_OK));
	SAY(access("b", X_OK));
	SAY(access("dangling", F_OK));
	show("d/link");
	SAY(close(open("dangling", O_CREAT | O_WRONLY, 0600)));
	show("nothing");
	SAY(link("a", "d/hard"));
	SAY(link("a", "d/hard"));
	SAY(link("d", "d/hard2"));
	SAY(link("none", "d/hard2"));
	show("a");
	struct stat s1, s2;
	stat("a", &s1);
	stat("d/hard", &s2);
	printf("same: %d\n", s1.st_ino == s2.st_ino && s1.st_dev == s2.st_dev);
	SAY(rename("a", "d/hard"));
	SAY(rename("a", "d/e/moved"));
	show("a");
	show("d/e/moved");
	SAY(unlink("d/e/moved"));
	show("d/hard");
	SAY(rename("d/hard", "a"));
	SAY(rename("none", "a"));
	SAY(rename("a", "d"));
	SAY(rename("d", "a"));
	SAY(rename("d", "d/e/f"));
	SAY(rename("d/e", "d"));
	SAY(rename("b", "a"));
	show("a");
	show("b");
	SAY(mkdir("empty", 0755));
	SAY(mkdir("full", 0755));
	SAY(mkdir("full/x", 0755));
	SAY(rename("empty", "full"));
	SAY(rename("full", "empty"));
	show("empty/x");
	SAY(rmdir("empty"));
	SAY(renameat2(AT_FDCWD, "a", AT_FDCWD, "c", RENAME_NOREPLACE));
	SAY(rename("a", "/proc/a"));
	
	fd = open("d", O_RDONLY | O_DIRECTORY);
	SAY(fchdir(fd));
	close(fd);
	SAY(chdir("e"));
	getcwd(buf, sizeof(buf));
	printf("%s\n", strrchr(buf, '/'));
	SAY(rename("../../d/e", "../../d/E"));
	getcwd(buf, sizeof(buf));
	printf("%s\n", strrchr(buf, '/'));
	SAY(chdir("../.."));
	list(".");
	list("d");
	SAY(open(".", O_TMPFILE | O_RDWR, 0600) >= 0 || errno == EOPNOTSUPP ? 0 : -1);
}

static void removed(void)
{
	char buf[20] = "";
	int fd = open("gone", O_RDWR | O_CREAT, 0600);

	SAY(write(fd, "still here", 10));
	SAY(unlink("gone"));
	show("gone");
	SAY(pread(fd, buf, 20, 0));
	printf("%s\n", buf);
	SAY(pwrite(fd, "even", 4, 0));
	SAY(pread(fd, buf, 20, 0));
	printf("%s\n", buf);
	struct stat st;
	SAY(fstat(fd, &st));
	printf("links %lu, size %ld\n", st.st_nlink, st.st_size);
	SAY(close(open("gone", O_RDWR | O_CREAT | O_EXCL, 0600)));
	show("gone");
	SAY(read(fd, buf, 20));
	close(fd);
	fd = open("old", O_RDWR | O_CREAT, 0600);
	SAY(write(fd, "moved", 5));
	SAY(rename("old", "new"));
	SAY(write(fd, "too", 3));
	SAY(fstat(fd, &st));
	printf("links %lu, size %ld\n", st.st_nlink, st.st_size);
	close(fd);
	contents("new");
}

static void times(struct stat *st, const char *name)
{
	stat(name, st);
	printf("%s: %ld.%09ld %ld.%09ld\n", name, st->st_atim.tv_sec, st->st_atim.tv_nsec, st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
}

static void attributes(void)
{
	struct timespec t[2] = { { 1000000000, 123456789 }, { 1100000000, 987654321 } };
	struct stat st;
	struct statfs fs;
	int fd = open("c", O_RDWR);

	SAY(utimensat(AT_FDCWD, "c", t, 0));
	times(&st, "c");
	t[0].tv_nsec = UTIME_OMIT;
	t[1].tv_sec = 5;
	SAY(futimens(fd, t));
	times(&st, "c");
	SAY(futimens(fd, NULL));
	fstat(fd, &st);
	printf("recent: %d %d\n", st.st_mtime > 1100000000, st.st_atime > 1100000000);
	SAY(utimensat(AT_FDCWD, "none", NULL, 0));
	SAY(chmod("c", 0751));
	show("c");
	SAY(fchmod(fd, 0600));
	show("c");
	SAY(chmod("d", 0701));
	show("d");
	SAY(chown("c", geteuid(), getegid()));
	SAY(lchown("d/link", geteuid(), getegid()));
	SAY(chown("none", 1, 1));
	SAY(statfs(".", &fs));
	printf("statfs: %d %d %d\n", fs.f_bsize > 0, fs.f_blocks > 0 && fs.f_blocks >= fs.f_bfree, fs.f_namelen == 255);
	stat("c", &st);
	printf("blocks %d\n", st.st_blocks > 0);
	close(fd);
}

static void many(void)
{
	char name[40];
	int made = 0, gone = 0;

	SAY(mkdir("many", 0700));
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "many/file with a longer name %d", i);
		int fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0600);
		made += fd >= 0;
		close(fd);
	}
	printf("made %d\n", made);
	list("many");
	DIR *d = opendir("many");
	struct dirent *e;
	long middle = 0;
	char at_middle[300] = "";
	for (int i = 0; (e = readdir(d)); i++) {
		if (i == 500)
			middle = telldir(d);
		if (i == 501)
			strcpy(at_middle, e->d_name);
	}
	seekdir(d, middle);
	e = readdir(d);
	printf("back in the middle: %d\n", e && !strcmp(at_middle, e->d_name));
	rewinddir(d);
	while ((e = readdir(d)))	/* while it is read, as rm -r does */
		gone += !unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
	printf("gone %d\n", gone);
	list("many");
	SAY(rmdir("many"));
}

static void big(void)
{
	unsigned char *p = malloc(BIG);
	unsigned x = 1;
	int fd = open("big", O_RDWR | O_CREAT, 0600);

	for (int i = 0; i < BIG; i++)
		p[i] = (x = x * 1103515245 + 12345) >> 16;
	SAY(write(fd, p, BIG));
	contents("big");
	long odd = 0;
	for (long at = 0, n = 1; at < BIG; at += n, n = n * 3 + 1)
		odd += pwrite(fd, p + BIG - n - at / 2, n < BIG - at ? n : BIG - at, at);
	SAY(odd);
	contents("big");
	odd = 0;
	memset(p, 0, BIG);
	for (long at = 0, n = 1; at < BIG; at += n, n = n * 2 + 3)
		odd += pread(fd, p + at, n < BIG - at ? n : BIG - at, at);
	SAY(odd);
	printf("sum %08x\n", sum(p, BIG));
	const unsigned char *m = mmap(NULL, BIG, PROT_READ, MAP_SHARED, fd, 0);
	printf("mapped sum %08x\n", m == MAP_FAILED ? 0 : sum(m, BIG));
	unsigned char *own = mmap(NULL, BIG, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 4096);
	memset(own, 7, 5000);
	printf("own sum %08x\n", sum(own, BIG - 4096));
	SAY(pwrite(fd, "seen", 4, 8190));
	printf("written: %.4s\n", m + 8190);
	contents("big");
	munmap(own, BIG);
	/* from and to memory that must be read from the folder itself first */
	int copy = open("copy", O_RDWR | O_CREAT, 0600);
	const unsigned char *fresh = mmap(NULL, BIG, PROT_READ, MAP_PRIVATE, fd, 0);
	SAY(write(copy, fresh + 1, BIG - 1));
	munmap((void *)fresh, BIG);
	own = mmap(NULL, BIG, PROT_READ | PROT_WRITE, MAP_PRIVATE, copy, 0);
	SAY(pread(fd, own + 77, 300000, 1000001));
	printf("sum %08x\n", sum(own, BIG - 1));
	munmap(own, BIG);
	close(copy);
	contents("copy");
	SAY(unlink("copy"));
	SAY(ftruncate(fd, 10000));
	SAY(pread(fd, p, BIG, 9990));
	SAY(pwrite(fd, p, 100, 20000));
	SAY(ftruncate(fd, 30001));
	close(fd);
	contents("big");
	munmap((void *)m, BIG);
	fd = open("big", O_RDONLY);
	m = mmap(NULL, 40000, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	SAY(unlink("big"));
	printf("after unlink: %08x\n", sum(m, 30001));
	munmap((void *)m, 40000);
	free(p);
}

static void *worker(void *arg)
{
	long id = (long)arg, bad = 0;
	char name[20], buf[3000], back[3000];

	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "t%ld-%d", id, i % 5);
		memset(buf, id * 16 + i, sizeof(buf));
		int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
		bad += write(fd, buf, sizeof(buf)) != sizeof(buf);
		bad += pread(fd, back, sizeof(back), 0) != sizeof(back) || memcmp(buf, back, sizeof(buf));
		bad += i % 3 == 0 && unlink(name);
		close(fd);
	}
	for (int i = 0; i < 5; i++) {
		snprintf(name, sizeof(name), "t%ld-%d", id, i);
		unlink(name);
	}
	return (void *)bad;
}

static void threads(void)
{
	pthread_t t[8];
	long bad = 0;
	void *r;

	for (long i = 0; i < 8; i++)
		pthread_create(&t[i], NULL, worker, (void *)i);
	for (int i = 0; i < 8; i++) {
		pthread_join(t[i], &r);
		bad += (long)r;
	}
	printf("threads: %ld\n", bad);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	umask(022);
	if (argc < 2 || chdir(argv[1]))
		return 1;
	files();
	names();
	removed();
	attributes();
	many();
	big();
	threads();
	list(".");
	return 0;
}
