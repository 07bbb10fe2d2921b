/* Prints all that a file system knows of the files in a folder, then what somebody else than root may do with them.
 * "contents": only names and contents. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int contents_only;

static unsigned long hash(const unsigned char *p, size_t n)
{
	unsigned long h = 14695981039346656037UL;

	while (n--)
		h = (h ^ *p++) * 1099511628211UL;
	return h;
}

static void file(int dir, const char *name, const struct stat *st)
{
	static unsigned char buf[1 << 20];
	int fd = openat(dir, name, O_RDONLY);
	size_t n = 0;
	ssize_t r;

	if (fd < 0) {
		printf("  %s\n", strerror(errno));
		return;
	}
	while ((r = read(fd, buf + n, sizeof(buf) - n)) > 0)
		n += r;
	printf("  %zu bytes, %lx", n, hash(buf, n));
	if (n) {
		unsigned char *p = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);
		printf(" %s", p == MAP_FAILED || memcmp(p, buf, n) ? "mapped otherwise" : "mapped");
	}
	if (!contents_only) {
		off_t hole = lseek(fd, 0, SEEK_HOLE), data = lseek(fd, 0, SEEK_DATA);
		printf(" hole at %ld, data at %ld, %s", (long)hole, (long)data, st->st_blocks * 512 < st->st_size ? "sparse" : "all there");
	}
	printf("\n");
	close(fd);
}

static void entry(int dir, const char *name, const char *path)
{
	char target[4096];
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW)) {
		printf("%s: %s\n", path, strerror(errno));
		return;
	}
	printf("%s", path);
	if (!contents_only)
		printf(" %o %d:%d %lld.%09ld", st.st_mode, st.st_uid, st.st_gid, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	if (!S_ISDIR(st.st_mode) && !contents_only)
		printf(" %lu names, %lld", (unsigned long)st.st_nlink, (long long)st.st_size);
	printf("\n");
	if (S_ISLNK(st.st_mode))
		printf("  -> %.*s\n", (int)readlinkat(dir, name, target, sizeof(target)), target);
	if (S_ISREG(st.st_mode))
		file(dir, name, &st);
}

static void walk(const char *path, const char *shown)
{
	struct dirent **list;
	int n = scandir(path, &list, NULL, alphasort);
	int fd = open(path, O_RDONLY | O_DIRECTORY);

	if (n < 0)
		printf("%s: %s\n", shown, strerror(errno));
	for (int i = 0; i < n; i++) {
		char full[4096], show[4096];
		snprintf(full, sizeof(full), "%s/%s", path, list[i]->d_name);
		snprintf(show, sizeof(show), "%s/%s", shown, list[i]->d_name);
		if (strcmp(list[i]->d_name, ".") && strcmp(list[i]->d_name, "..")) {
			entry(fd, list[i]->d_name, show);
			if (list[i]->d_type == DT_DIR)
				walk(full, show);
		}
		free(list[i]);
	}
	close(fd);
}

static void allowed(const char *root, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	printf("%s:", name);
	for (int mode = X_OK; mode <= R_OK; mode += R_OK - X_OK)	/* nobody may write to the image */
		printf(" %s", faccessat(AT_FDCWD, path, mode, AT_EACCESS) ? strerror(errno) : "yes");
	int fd = open(path, O_RDONLY);
	printf(", open: %s\n", fd < 0 ? strerror(errno) : "yes");
}

int main(int argc, char **argv)
{
	char *root = realpath(argv[1], NULL);

	contents_only = argc > 2;
	walk(root, "");
	if (contents_only)
		return 0;
	if (chdir(root) || setegid(1000) || seteuid(1000))
		return 1;
	for (int i = 0; i < 2; i++) {
		const char *names[] = { "plain", "secret", "group", "program", "private", "private/in", "dir", "dir/second" };
		for (unsigned j = 0; j < sizeof(names) / sizeof(*names); j++)
			allowed(".", names[j]);
		if (seteuid(0) || setegid(44) || seteuid(33))
			return 1;
	}
	return 0;
}
