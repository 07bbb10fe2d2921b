/* calls DIR: what ext4 has besides names and contents: room and holes, shared mappings, attributes, files without a name.
 * calls DIR check: is it still there, for another machine?
 * calls DIR random SEED ROUNDS: a file beside a model of it in memory. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define KB 1024L
#define KEEP 1
#define PUNCH 2
#define COLLAPSE 8
#define ZERO 16
#define INSERT 32

static const char *tell(long r)
{
	static char text[4][40];
	static int turn;
	char *s = text[turn++ % 4];

	if (r < 0)
		snprintf(s, 40, "%s", strerrorname_np(errno));
	else
		snprintf(s, 40, "%ld", r);
	return s;
}
#define T(call) printf("%s: %s\n", #call, tell(call))

static long blocks(int fd)
{
	struct stat st;
	fstat(fd, &st);
	return st.st_blocks / 2;
}

static long size(int fd)
{
	struct stat st;
	fstat(fd, &st);
	return st.st_size;
}

/* Runs of equal bytes in [from, to). */
static void runs(int fd, long from, long to)
{
	static unsigned char buf[1 << 20];
	long n = pread(fd, buf, to - from, from);

	printf("%ld of %ld:", n, size(fd));
	for (long i = 0, k; i < n; i = k) {
		for (k = i; k < n && buf[k] == buf[i]; k++)
			;
		printf(" %ldx%02x", k - i, buf[i]);
	}
	printf("\n");
}

static int fresh(const char *name)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);
	if (fd < 0)
		perror(name);
	return fd;
}

static void fill(int fd, long from, long n, int c)
{
	char *p = malloc(n);
	memset(p, c, n);
	if (pwrite(fd, p, n, from) != n)
		perror("pwrite");
	free(p);
}

static void room(void)
{
	int fd = fresh("room");

	printf("-- room\n");
	T(fallocate(fd, 0, 0, 256 * KB));
	printf("%ld KB, size %ld\n", blocks(fd) / 32 * 32, size(fd));
	T(lseek(fd, 0, SEEK_DATA));
	fill(fd, 64 * KB, 64 * KB, 'a');
	T(lseek(fd, 0, SEEK_DATA));
	T(lseek(fd, 64 * KB, SEEK_HOLE));
	fill(fd, 200 * KB + 17, 100, 'b');
	runs(fd, 0, 256 * KB);
	T(fallocate(fd, KEEP, 256 * KB, 128 * KB));
	printf("%ld KB, size %ld\n", blocks(fd) / 32 * 32, size(fd));
	T(fallocate(fd, KEEP | PUNCH, 32 * KB, 64 * KB));
	printf("%ld KB\n", blocks(fd) / 32 * 32);
	runs(fd, 0, 256 * KB);
	T(fallocate(fd, KEEP | PUNCH, 96 * KB + 10, 100));
	T(fallocate(fd, KEEP | PUNCH, 200 * KB + 50, 30 * KB));
	runs(fd, 90 * KB, 256 * KB);
	T(fallocate(fd, ZERO, 100 * KB + 1, 20 * KB));
	T(fallocate(fd, ZERO, 250 * KB, 20 * KB));
	runs(fd, 90 * KB, 300 * KB);
	T(fallocate(fd, ZERO | KEEP, 290 * KB, 200 * KB));
	printf("size %ld\n", size(fd));
	T(fallocate(fd, KEEP | PUNCH, 1000 * KB, 10 * KB));
	T(fallocate(fd, KEEP, 0, 1000 * KB));
	printf("%ld KB\n", blocks(fd) / 32 * 32);
	T(ftruncate(fd, 270 * KB));
	T(fallocate(fd, 0, 300 * KB, 1));
	runs(fd, 90 * KB, 400 * KB);
	T(fsync(fd));

	printf("-- refused\n");
	T(fallocate(fd, 0, -1, 10));
	T(fallocate(fd, 0, 0, 0));
	T(fallocate(fd, PUNCH, 0, 10));
	T(fallocate(fd, PUNCH | ZERO | KEEP, 0, 10));
	T(fallocate(fd, 0x400, 0, 10));
	T(fallocate(fd, 0, 0x7fffffffffffffff, 10));
	T(fallocate(fd, 0, 1L << 50, 10));
	T(fallocate(open("room", O_RDONLY), 0, 0, 10));
	T(fallocate(open(".", O_RDONLY), 0, 0, 10));
	close(fd);

	/* Many pieces, so that the tree gets deep, and then holes in all of them. */
	fd = fresh("pieces");
	for (int i = 0; i < 2000; i++)
		fill(fd, i * 8 * KB, 10, 'p');
	for (int i = 1999; i >= 0; i -= 3)
		if (fallocate(fd, KEEP | PUNCH, i * 8 * KB, 4 * KB))
			perror("punch");
	for (int i = 0; i < 2000; i += 7)
		if (fallocate(fd, ZERO, i * 8 * KB + 4 * KB, 4 * KB))
			perror("zero");
	printf("pieces: %ld\n", lseek(fd, 0, SEEK_DATA));
	runs(fd, 0, 100 * KB);
	T(fallocate(fd, 0, 0, 2000 * 8 * KB));
	runs(fd, 0, 100 * KB);
	close(fd);
}

static sigjmp_buf back;
static void bus(int sig) { siglongjmp(back, sig); }

static void maps(void)
{
	struct stat before, after;
	int fd = fresh("maps");
	char *p, *q;

	printf("-- maps\n");
	signal(SIGBUS, bus);
	ftruncate(fd, 100 * KB);
	p = mmap(0, 128 * KB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	q = mmap(0, 16 * KB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 8 * KB);
	if (p == MAP_FAILED || q == MAP_FAILED) {
		perror("mmap");
		return;
	}
	futimens(fd, (struct timespec[]){ { 1000 }, { 1000 } });
	fstat(fd, &before);
	memset(p + 10 * KB, 'm', 3 * KB);
	q[0] = 'q';
	runs(fd, 0, 100 * KB);
	T(lseek(fd, 0, SEEK_DATA) <= 10 * KB);
	T(msync(p, 128 * KB, MS_SYNC));
	fstat(fd, &after);
	printf("changed: %d, blocks: %d\n", after.st_mtime > before.st_mtime, after.st_blocks > 0);
	fill(fd, 11 * KB, 100, 'w');
	printf("%c%c%c\n", p[11 * KB - 1], p[11 * KB], p[11 * KB + 100]);
	memset(p + 50 * KB, 'x', 20 * KB);
	T(fallocate(fd, KEEP | PUNCH, 52 * KB + 5, 10 * KB));
	printf("%d %d\n", p[52 * KB + 4], p[56 * KB]);
	p[56 * KB] = 'y';
	runs(fd, 0, 100 * KB);
	if (sigsetjmp(back, 1))
		printf("SIGBUS behind the end\n");
	else
		p[120 * KB] = 1;
	ftruncate(fd, 99 * KB + 7);
	p[99 * KB + 7] = 'z';	/* in the last page, and no part of the file */
	p[99 * KB + 6] = 'e';
	T(fsync(fd));
	ftruncate(fd, 100 * KB);
	runs(fd, 90 * KB, 100 * KB);
	ftruncate(fd, 98 * KB + 1);
	p[98 * KB + 3] = 'z';
	fill(fd, 99 * KB, 3, 'v');
	runs(fd, 90 * KB, 100 * KB);
	ftruncate(fd, 60 * KB);
	if (sigsetjmp(back, 1))
		printf("SIGBUS where it was cut\n");
	else
		p[80 * KB] = 1;
	fallocate(fd, 0, 0, 128 * KB);
	p[127 * KB] = 'l';
	munmap(p, 128 * KB);
	munmap(q, 16 * KB);
	runs(fd, 0, 128 * KB);
	fdatasync(fd);
	close(fd);
	fd = open("maps", O_RDONLY);
	T(mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED ? -1 : 0);
	runs(fd, 0, 128 * KB);
	close(fd);
	/* A file without a name any more. */
	fd = fresh("gone");
	ftruncate(fd, 64 * KB);
	p = mmap(0, 64 * KB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	unlink("gone");
	close(fd);
	memset(p, 'g', 64 * KB);
	T(msync(p, 64 * KB, MS_SYNC));
	printf("%c\n", p[64 * KB - 1]);
	munmap(p, 64 * KB);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

static void list(const char *path)
{
	char buf[8192], *names[200];
	long n = listxattr(path, buf, sizeof(buf)), count = 0;

	for (long i = 0; i < n; i += strlen(buf + i) + 1)
		if (strncmp(buf + i, "security.", 9) && strncmp(buf + i, "system.", 7))
			names[count++] = buf + i;
	qsort(names, count, sizeof(*names), by_name);
	printf("%s: %ld:", path, count);
	for (long i = 0; i < count; i++) {
		char value[8192];
		printf(" %s=%ld", names[i], getxattr(path, names[i], value, sizeof(value)));
	}
	printf("\n");
}

static void attributes(void)
{
	char value[70000], name[300];
	int fd = fresh("attr");

	printf("-- attributes\n");
	memset(value, 'v', sizeof(value));
	T(setxattr("attr", "user.one", "1", 1, 0));
	T(setxattr("attr", "user.one", "22", 2, XATTR_CREATE));
	T(setxattr("attr", "user.one", "22", 2, XATTR_REPLACE));
	T(setxattr("attr", "user.two", "2", 1, XATTR_REPLACE));
	T(setxattr("attr", "trusted.t", "", 0, 0));
	T(fsetxattr(fd, "user.big", value, 2000, 0));
	T(fsetxattr(fd, "user.bigger", value, 1500, 0));
	list("attr");
	T(fsetxattr(fd, "user.toomuch", value, 1500, 0));
	T(fsetxattr(fd, "user.huge", value, 70000, 0));
	T(fsetxattr(fd, "user.big", value, 2100, 0));
	T(fgetxattr(fd, "user.big", value, 10));
	T(fgetxattr(fd, "user.big", value, 0));
	T(fgetxattr(fd, "user.none", value, 10));
	T(fgetxattr(fd, "none.x", value, 10));
	T(fgetxattr(fd, "user.", value, 10));
	T(flistxattr(fd, value, 3));
	T(fremovexattr(fd, "user.bigger"));
	T(fremovexattr(fd, "user.bigger"));
	T(fsetxattr(fd, "user.one", value, 0, 0));
	list("attr");
	for (int i = 0; i < 25; i++) {
		snprintf(name, sizeof(name), "user.%d%.*s", i * 7919 % 100, i * 3, "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
			"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz");
		if (setxattr("attr", name, name, i % 13, 0))
			printf("%d: %s\n", i, strerrorname_np(errno));
	}
	T(setxattr("attr", "user.ctl\001\377", "x", 1, 0));
	list("attr");
	struct stat st;
	stat("attr", &st);
	printf("blocks: %ld\n", (long)st.st_blocks / 2);
	for (int i = 0; i < 25; i += 2) {
		snprintf(name, sizeof(name), "user.%d%.*s", i * 7919 % 100, i * 3, "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
			"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz");
		if (removexattr("attr", name))
			printf("%d: %s\n", i, strerrorname_np(errno));
	}
	T(removexattr("attr", "user.ctl\001\377"));
	list("attr");
	mkdir("attrs", 0755);
	T(setxattr("attrs", "user.dir", "d", 1, 0));
	list("attrs");
	symlink("attr", "link");
	T(lsetxattr("link", "user.l", "l", 1, 0));
	T(lsetxattr("link", "trusted.l", "l", 1, 0));
	T(lgetxattr("link", "user.l", value, 10));
	T(lgetxattr("link", "trusted.l", value, 10));
	T(removexattr("attr", "user.big"));
	fd = fresh("attr2");
	T(fsetxattr(fd, "user.block", value, 3000, 0));
	T(fremovexattr(fd, "user.block"));
	fstat(fd, &st);
	printf("blocks: %ld\n", (long)st.st_blocks / 2);
	T(fsetxattr(fd, "user.block", value, 3000, 0));
	T(unlink("attr2"));
	close(fd);
}

static int names(void)
{
	DIR *d = opendir(".");
	int n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void unnamed(void)
{
	char link[64];
	struct stat st;
	int before = names(), fd = open(".", O_TMPFILE | O_RDWR, 0640), other = open(".", O_TMPFILE | O_WRONLY | O_EXCL, 0600);

	printf("-- without a name\n");
	if (fd < 0 || other < 0) {
		perror("O_TMPFILE");
		return;
	}
	fill(fd, 0, 100 * KB, 't');
	fill(other, 0, 10 * KB, 'o');
	fstat(fd, &st);
	printf("links %ld, mode %o, size %ld, names %d\n", (long)st.st_nlink, st.st_mode, (long)st.st_size, names() - before);
	T(fsetxattr(fd, "user.t", "t", 1, 0));
	T(fsync(fd));
	snprintf(link, sizeof(link), "/proc/self/fd/%d", other);
	T(linkat(AT_FDCWD, link, AT_FDCWD, "other", AT_SYMLINK_FOLLOW));
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	T(linkat(AT_FDCWD, link, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
	T(linkat(AT_FDCWD, link, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
	T(linkat(AT_FDCWD, link, AT_FDCWD, "twice", AT_SYMLINK_FOLLOW));
	fstat(fd, &st);
	printf("links %ld, names %d\n", (long)st.st_nlink, names() - before);
	runs(fd, 0, 200 * KB);
	list("named");
	T(unlink("twice"));
	close(fd);
	close(other);
	fd = open("named", O_RDONLY);
	runs(fd, 0, 200 * KB);
	close(fd);
	for (int i = 0; i < 30; i++)
		fd = open(".", O_TMPFILE | O_RDWR, 0600);	/* they stay open until the end */
	printf("names %d\n", names() - before);
}

static void check(void)
{
	static const char *const files[] = { "room", "maps", "named" };

	for (int i = 0; i < 3; i++) {
		int fd = open(files[i], O_RDONLY);
		runs(fd, 0, 400 * KB);
		close(fd);
	}
	list("attr");
	list("attrs");
	list("named");
}

static unsigned long state;
static unsigned rnd(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 20) % n;
}

#define MODEL (600 * KB)
static unsigned char model[MODEL], now[MODEL];
static long length;
static char *map;

static void compare(int fd, int round)
{
	memset(now, 0, sizeof(now));
	long n = pread(fd, now, MODEL, 0);
	if (n != length || size(fd) != length || memcmp(now, model, n)) {
		long i = 0;
		while (i < n && now[i] == model[i])
			i++;
		printf("round %d: %ld of %ld bytes, differs at %ld\n", round, n, length, i);
		exit(1);
	}
}

static void change(int fd)
{
	long at = rnd(MODEL), n = 1 + rnd(rnd(4) ? 5000 : 100000), c = 1 + rnd(255);

	if (rnd(3) == 0)
		at &= ~4095;
	if (rnd(3) == 0)
		n = (n + 4095) & ~4095;
	if (n > MODEL - at)
		n = MODEL - at;
	switch (rnd(9)) {
	case 0:
	case 1:
		fill(fd, at, n, c);
		memset(model + at, c, n);
		length = at + n > length ? at + n : length;
		break;
	case 2:
	case 3:
	case 4:
		if (at >= length)
			break;
		n = n > length - at ? length - at : n;
		memset(map + at, c, n);
		memset(model + at, c, n);
		break;
	case 5:
		if (fallocate(fd, KEEP | PUNCH, at, n))
			perror("punch");
		memset(model + at, 0, n);
		break;
	case 6:
		if (fallocate(fd, ZERO, at, n))
			perror("zero");
		memset(model + at, 0, n);
		length = at + n > length ? at + n : length;
		break;
	case 7:
		if (fallocate(fd, rnd(2) ? KEEP : 0, at, n))
			perror("fallocate");
		length = size(fd);
		break;
	case 8:
		if (rnd(3) == 0) {
			ftruncate(fd, at);
			if (at < length)
				memset(model + at, 0, length - at);
			length = at;
		}
	}
	if (rnd(10) == 0)
		msync(map, MODEL, MS_SYNC);
	if (rnd(20) == 0)
		fsync(fd);
}

static void at_random(unsigned long seed, int rounds)
{
	int fd = fresh("random");

	state = seed * 0x9e3779b97f4a7c15 + 1;
	memset(model, 0, sizeof(model));
	length = 0;
	map = mmap(0, MODEL, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	for (int i = 0; i < rounds; i++) {
		change(fd);
		if (rnd(4) == 0)
			compare(fd, i);
	}
	munmap(map, MODEL);
	compare(fd, rounds);
	close(fd);
	fd = open("random", O_RDONLY);
	compare(fd, rounds);
	unsigned sum = 0;
	for (long i = 0; i < length; i++)
		sum = sum * 31 + model[i];
	printf("seed %lu: %ld bytes, %u\n", seed, length, sum);
	rename("random", seed & 1 ? "odd" : "even");
}

int main(int argc, char **argv)
{
	setvbuf(stdout, 0, _IONBF, 0);
	umask(022);
	if (argc < 2 || chdir(argv[1]))
		return 2;
	if (argc == 3) {
		check();
	} else if (argc == 5) {
		for (unsigned long i = 0; i < 4; i++)
			at_random(atol(argv[3]) + i, atoi(argv[4]));
	} else {
		room();
		maps();
		attributes();
		unnamed();
		sync();
	}
}
