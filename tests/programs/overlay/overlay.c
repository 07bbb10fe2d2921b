/* What Linux's overlayfs and the guest's show alike. With argv[2] changes go to a folder of the host. The folder argv[1] has files that are below: file, big (300,000 bytes),
 * dir/{a,b,c}, dir/sub/x, other/y, link -> file. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#define TRY(call) do { errno = 0; long r_ = (call); printf("%s: %ld %s\n", #call, r_, r_ < 0 ? strerror(errno) : "ok"); } while (0)

static int keeps;	/* changes go to a folder of the host, which has no attributes, fifos and exchange */

static int compare(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

static void list(const char *path)
{
	char *names[64];
	int n = 0;
	struct dirent *e;
	struct stat st;
	DIR *d = opendir(path);

	if (!d) {
		printf("%s: %s\n", path, strerror(errno));
		return;
	}
	while ((e = readdir(d)) && n < 64) {
		if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) || (strcmp(e->d_name, "..") && e->d_ino != st.st_ino) || e->d_type != (st.st_mode & S_IFMT) >> 12)
			printf("%s/%s: stat says otherwise\n", path, e->d_name);
		names[n++] = strdup(e->d_name);
	}
	closedir(d);
	qsort(names, n, sizeof(*names), compare);
	printf("%s:", path);
	for (int i = 0; i < n; i++)
		printf(" %s", names[i]);
	printf("\n");
}

static void show(const char *path)
{
	char buf[100];
	int fd = open(path, O_RDONLY);
	long n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);

	if (n < 0) {
		printf("%s: %s\n", path, strerror(errno));
	} else {
		buf[n] = 0;
		printf("%s: \"%s\"\n", path, buf);
	}
	if (fd >= 0)
		close(fd);
}

static void put(const char *path, int flags, const char *s)
{
	int fd = open(path, flags, 0640);

	if (fd < 0) {
		printf("open %s: %s\n", path, strerror(errno));
		return;
	}
	printf("write %s: %ld\n", path, (long)write(fd, s, strlen(s)));
	close(fd);
}

static void attributes(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		printf("%s: %s\n", path, strerror(errno));
	else
		printf("%s: %o %u:%u %ld bytes, %s links\n", path, st.st_mode, st.st_uid, st.st_gid, S_ISDIR(st.st_mode) ? 0L : (long)st.st_size,
			S_ISDIR(st.st_mode) ? "some" : st.st_nlink == 1 ? "1" : st.st_nlink == 2 ? "2" : "more");
}

/* What is open and mapped when a file is copied up shows what is written. */
static void coherent(void)
{
	struct stat before, after;
	int old = open("big", O_RDONLY);
	const char *shared = mmap(NULL, 300000, PROT_READ, MAP_SHARED, old, 0);
	char c;

	fstat(old, &before);
	printf("big: %c%c%c\n", shared[0], shared[100000], shared[299999]);
	int fd = open("big", O_RDWR);
	TRY(pwrite(fd, "#", 1, 100000));
	char *w = mmap(NULL, 300000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	w[299999] = '!';
	TRY(pread(fd, &c, 1, 299999));
	printf("by read: %c, by mapping: %c %c\n", c, w[100000], w[0]);
	TRY(pread(old, &c, 1, 100000));
	printf("by the old descriptor: %c\n", c);
	fstat(old, &after);
	printf("same file: %d %d, size %ld\n", before.st_ino == after.st_ino, before.st_dev == after.st_dev, (long)after.st_size);
	TRY(ftruncate(fd, 5));
	fstat(old, &after);
	printf("size %ld\n", (long)after.st_size);
	TRY(fsync(fd));
	TRY(fdatasync(fd));
	close(fd);
	close(old);
	show("big");
}

static void folders(void)
{
	TRY(rename("dir", "moved"));		/* what is below does not move */
	TRY(rename("dir/sub/x", "dir/x"));
	list("dir/sub");
	TRY(rmdir("dir/sub"));
	list("dir");
	TRY(mkdir("dir/sub", 0755));		/* shows nothing of what was below */
	list("dir/sub");
	put("dir/sub/new", O_WRONLY | O_CREAT, "new");
	list("dir/sub");
	TRY(rmdir("dir"));
	TRY(rename("dir/sub", "dir/sub2"));
	list("dir/sub2");
	list("dir");
	TRY(mkdir("made", 0711));
	TRY(mkdir("made/in", 0700));
	TRY(rename("made", "dir/made"));
	attributes("dir/made");
	TRY(rename("dir/made", "other"));	/* not empty */
	TRY(unlink("other/y"));
	TRY(rename("dir/made", "other"));
	list("other");
	if (!keeps)
		TRY(renameat2(AT_FDCWD, "dir/a", AT_FDCWD, "dir/b", RENAME_EXCHANGE));
	show("dir/a");
	show("dir/b");
	TRY(renameat2(AT_FDCWD, "dir/a", AT_FDCWD, "dir/b", RENAME_NOREPLACE));
	TRY(unlink("dir/a") | unlink("dir/b") | unlink("dir/c") | unlink("dir/x"));
	TRY(rmdir("dir/sub2"));
	TRY(unlink("dir/sub2/new"));
	TRY(rmdir("dir/sub2"));
	list("dir");
	TRY(rmdir("dir"));
	list("dir");
	TRY(mkdir("dir", 0755));
	list("dir");
}

static void watched(void)
{
	char buf[4096];
	int in = inotify_init1(IN_NONBLOCK);

	TRY(inotify_add_watch(in, ".", IN_CREATE | IN_DELETE | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO) > 0);
	put("watched", O_WRONLY | O_CREAT, "w");
	rename("watched", "watched2");
	unlink("watched2");
	long n = read(in, buf, sizeof(buf));
	for (char *p = buf; p < buf + n;) {
		struct inotify_event *e = (void *)p;
		printf("event %x %s\n", e->mask, e->name);
		p += sizeof(*e) + e->len;
	}
	close(in);
}

/* A position is told, and found again. */
static void positions(void)
{
	char name[20];
	long at = -1;
	int n = 0, twice = 0;
	struct dirent *e;

	mkdir("many", 0755);
	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "many/f%d", i);
		close(open(name, O_WRONLY | O_CREAT, 0644));
	}
	DIR *d = opendir("many");
	while ((e = readdir(d))) {
		n++;
		if (n == 20) {
			at = telldir(d);
			e = readdir(d);
			strcpy(name, e->d_name);
			seekdir(d, at);
			e = readdir(d);
			twice = !strcmp(name, e->d_name);
			n++;
		}
	}
	printf("%d entries, found again: %d\n", n, twice);
	unlink("many/f7");
	rewinddir(d);
	for (n = 0; (e = readdir(d)); n++)
		;
	printf("%d entries\n", n);
	closedir(d);
}

int main(int argc, char **argv)
{
	struct statfs fs;
	char value[20];

	keeps = argc > 2;
	if (argc < 2 || chdir(argv[1]))
		return 1;
	umask(022);
	statfs(".", &fs);
	printf("type %lx\n", (long)fs.f_type);
	list(".");
	if (argc > 3) {		/* what an earlier run left */
		list("dir");
		list("other");
		show("file");
		show("big");
		return 0;
	}
	show("file");
	attributes("file");
	TRY(access("file", W_OK));
	put("file", O_WRONLY | O_APPEND, "and more\n");
	show("file");
	attributes("file");
	put("link", O_WRONLY | O_TRUNC, "through the link\n");
	show("file");
	put("new", O_WRONLY | O_CREAT | O_EXCL, "new\n");
	put("new", O_WRONLY | O_CREAT | O_EXCL, "new\n");
	attributes("new");
	TRY(chmod("dir/a", 0600));
	TRY(chmod("dir", 0750));
	TRY(chown("dir/a", 0, 0));
	attributes("dir/a");
	attributes("dir");
	show("dir/a");
	struct timespec t[2] = { { 1000, 5 }, { 2000, 7 } };
	struct stat st;
	TRY(utimensat(AT_FDCWD, "dir/b", t, 0));
	stat("dir/b", &st);
	printf("times %ld.%ld %ld.%ld\n", (long)st.st_atim.tv_sec, st.st_atim.tv_nsec, (long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	show("dir/b");
	TRY(link("dir/c", "hard"));
	attributes("hard");
	put("hard", O_WRONLY | O_APPEND, "h");
	show("dir/c");
	TRY(unlink("hard"));
	attributes("dir/c");
	TRY(unlink("file"));
	show("file");
	show("link");
	list(".");
	TRY(symlink("new", "file"));
	show("file");
	TRY(mknod("null", S_IFCHR | 0600, 0));
	if (!keeps) {
		TRY(mkfifo("fifo", 0600));
		attributes("fifo");
		TRY(unlink("fifo"));
		TRY(setxattr("dir/b", "user.a", "value", 5, 0));
		TRY(getxattr("dir/b", "user.a", value, sizeof(value)));
		TRY(removexattr("dir/b", "user.a"));
	}
	coherent();
	folders();
	watched();
	positions();
	list(".");
	return 0;
}
