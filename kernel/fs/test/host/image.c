/* Walks the whole image through the calls of a program and prints it, one
 * line an entry: the Go side compares with what it packed. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"
#include "host.h"

static void print_file(const char *path)
{
	static u8 buf[100000];
	u64 h = HASH_START, n = 0;
	long fd = SYS(2, path, O_RDONLY), r;

	if (fd < 0) {
		printf("file %s error %ld\n", path, -fd);
		return;
	}
	for (size_t ask = 1; (r = SYS(0, fd, buf, ask)) > 0; ask = ask * 7 % sizeof(buf) + 1) {
		h = hash_more(h, buf, r);
		n += r;
	}
	printf("file %s %lu %lx%s\n", path, n, h, r < 0 ? " read error" : "");
	EXPECT(SYS(1, fd, "x", 1), -EBADF);
	SYS(3, fd);
	EXPECT(SYS(2, path, O_RDWR), -EROFS);
}

static int entries;

static void walk(const char *path, int depth)
{
	static u8 space[64][4096];
	u8 *buf = space[depth % 64];
	long fd = SYS(257, AT_FDCWD, path, O_RDONLY | O_DIRECTORY), n = 0;
	struct stat st;

	/* in a damaged image a directory may hold itself, many times */
	if (fd < 0 || depth > 60 || entries > 5000) {
		printf("dir %s error %ld\n", path, -fd);
		if (fd >= 0)
			SYS(3, fd);
		return;
	}
	while (entries < 5000 && (n = SYS(217, fd, buf, 4096)) > 0)
		for (long at = 0; at < n; entries++) {
			struct dirent64 *d = (struct dirent64 *)(buf + at);
			char *full = malloc(8192), link[4096];
			at += d->reclen;
			if (!strcmp(d->name, ".") || !strcmp(d->name, "..") || (!depth && strlen(d->name) == 3 &&
			    (!strcmp(d->name, "dev") || !strcmp(d->name, "run") || !strcmp(d->name, "sys") ||
			     !strcmp(d->name, "tmp"))) || (!depth && !strcmp(d->name, "proc"))) {
				free(full);
				continue;
			}
			ksnprintf(full, 8192, "%s/%s", depth ? path : "", d->name);
			long err = SYS(6, full, &st);
			if (err) {
				printf("lstat %s error %ld\n", full, -err);
			} else if (S_ISDIR(st.st_mode)) {
				printf("dir %s\n", full);
				walk(full, depth + 1);
			} else if (S_ISLNK(st.st_mode)) {
				long len = SYS(89, full, link, sizeof(link));
				printf("link %s %.*s\n", full, (int)max(len, 0L), link);
				SYS(4, full, &st);
			} else if (S_ISREG(st.st_mode)) {
				print_file(full);
			} else {	/* a directory that is / again shows /dev, and /dev/full has no end */
				printf("special %s\n", full);
			}
			free(full);
		}
	if (n < 0)
		printf("dir %s entries error %ld\n", path, -n);
	SYS(3, fd);
}

int test_image(int argc, char **argv)
{
	u64 at_mount = block_requests, before = mem_free_pages;

	walk("/", 0);
	printf("mount took %lu requests, all %lu\n", at_mount, block_requests);
	klock();
	u64 freed = pagecache_reclaim(~0UL);
	kunlock();
	if (mem_free_pages < before)	/* more: what mounting had read of the tables */
		printf("%lu pages of cache, %lu given back, %ld lost\n", before, freed, (long)(before - mem_free_pages)), failures++;
	return 0;
}
