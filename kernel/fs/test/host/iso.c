/* Mounts a disk with ISO 9660 and prints all that is in it, or mounts it again and again, damaged. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"
#include "host.h"

#define MAX_ENTRIES 3000	/* of a damaged disk */

static bool quiet;
static u64 limit;
static __thread u64 entries, total;	/* TOTAL: of all contents, in the order in which they were found */

static void say(const char *what, const char *path, const struct stat *st, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static void say(const char *what, const char *path, const struct stat *st, const char *fmt, ...)
{
	char rest[5000];
	va_list ap;

	if (quiet)
		return;
	va_start(ap, fmt);
	kvsnprintf(rest, sizeof(rest), fmt, ap);
	va_end(ap);
	printf("%s %s %o %u %u %lu%s\n", what, path, st->st_mode & 07777, st->st_uid, st->st_gid, (u64)st->st_mtim.tv_sec, rest);
}

static void show_file(const char *path, const struct stat *st)
{
	static __thread u8 buf[100000];
	long fd = SYS(2, path, O_RDONLY), r, n = 0;
	u64 h = HASH_START;

	for (size_t ask = 1; fd >= 0 && (r = SYS(0, fd, buf, ask)) > 0 && (!quiet || n < 1000000); ask = ask * 7 % sizeof(buf) + 1) {
		h = hash_more(h, buf, r);
		n += r;
	}
	total = hash_more(total, (u8 *)&h, sizeof(h));
	SYS(17, fd, buf, 100, st->st_size / 2);
	say("file", path, st, " %u %ld %lx%s", (u32)st->st_nlink, n, h, fd < 0 || r < 0 ? " error" : "");
	SYS(3, fd);
	if (!quiet)
		EXPECT(SYS(2, path, O_RDWR), -EROFS);
}

static void show_dir(const char *path, int depth);

static void show(const char *path, int depth)
{
	char link[PATH_MAX];
	struct stat st;
	long err = SYS(6, path, &st);

	if (err) {
		if (!quiet)
			printf("%s: error %ld\n", path, -err);
	} else if (S_ISDIR(st.st_mode)) {
		say("dir", path, &st, "%s", "");
		show_dir(path, depth + 1);
	} else if (S_ISLNK(st.st_mode)) {
		long len = SYS(89, path, link, sizeof(link));
		say("link", path, &st, " %.*s", (int)max(len, 0L), link);
		SYS(4, path, &st);
	} else if (S_ISREG(st.st_mode)) {
		show_file(path, &st);
	} else {
		say("special", path, &st, " %o %lx", st.st_mode & S_IFMT, st.st_rdev);
		SYS(2, path, O_RDONLY | O_NONBLOCK);
	}
}

static void show_dir(const char *path, int depth)
{
	u8 *buf = malloc(4096);
	long fd = SYS(257, AT_FDCWD, path, O_RDONLY | O_DIRECTORY), n = 0;

	while (fd >= 0 && depth < 60 && entries < limit && (n = SYS(217, fd, buf, 4096)) > 0)
		for (long at = 0; at < n; entries++) {
			struct dirent64 *d = (struct dirent64 *)(buf + at);
			char *full = malloc(8192);
			at += d->reclen;
			ksnprintf(full, 8192, "%s/%s", path, d->name);
			if (strcmp(d->name, ".") && strcmp(d->name, ".."))
				show(full, depth);
			free(full);
		}
	if (!quiet && (fd < 0 || n < 0))
		printf("%s: entries: error %ld\n", path, fd < 0 ? -fd : -n);
	SYS(3, fd);
	free(buf);
}

static void busy_and_detached(const char *options)
{
	char first[300] = "/mnt/";
	u8 buf[4096];
	struct stat st;

	EXPECT(SYS(165, "/dev/vdb", "/mnt", "iso9660", 1, options), 0);
	EXPECT(SYS(165, "/dev/vdb", "/mnt", "iso9660", 1, options), -EBUSY);
	EXPECT(SYS(165, "/dev/vdb", "/other", "iso9660", 1, options), 0);
	long fd = SYS(2, "/mnt", O_RDONLY | O_DIRECTORY), n = SYS(217, fd, buf, sizeof(buf));
	for (long at = 0; at < n; ) {
		struct dirent64 *d = (struct dirent64 *)(buf + at);
		at += d->reclen;
		if (d->type == DT_REG)
			memcpy(first + 5, d->name, strlen(d->name) + 1);
	}
	SYS(3, fd);
	fd = SYS(2, first, O_RDONLY);
	EXPECT(fd >= 0, 1);
	EXPECT(SYS(166, "/mnt", 0), -EBUSY);
	EXPECT(SYS(166, "/mnt", 2), 0);
	EXPECT(SYS(4, first, &st), -ENOENT);
	EXPECT(SYS(5, fd, &st), 0);
	EXPECT(SYS(0, fd, buf, 10), min(st.st_size, 10L));
	SYS(3, fd);
	EXPECT(SYS(166, "/other", 0), 0);
	EXPECT(SYS(166, "/other", 0), -EINVAL);
}

static void refusals(u8 *disk)
{
	u8 id = disk[16 * 2048 + 1];

	EXPECT(SYS(165, "/dev/vdb", "/mnt", "iso9660", 1, "nonsense"), -EINVAL);
	EXPECT(SYS(165, "/dev/vdb", "/mnt", "iso9660", 1, "mode=9"), -EINVAL);
	EXPECT(SYS(165, "/dev/vda", "/mnt", "iso9660", 1, ""), -EINVAL);
	EXPECT(SYS(165, "/dev/vdc", "/mnt", "iso9660", 1, ""), -ENOENT);
	EXPECT(SYS(165, "tmpfs", "/mnt", "iso9660", 1, ""), -ENOTBLK);
	EXPECT(SYS(165, "/dev/vdb", "/mnt", "iso9661", 1, ""), -ENODEV);
	EXPECT(SYS(165, "/dev/vdb", "/absent", "iso9660", 1, ""), -ENOENT);
	disk[16 * 2048 + 1] = 'X';
	EXPECT(SYS(165, "/dev/vdb", "/mnt", "iso9660", 1, ""), -EINVAL);
	disk[16 * 2048 + 1] = id;
}

/* What the root file system notes of the folders is there before anything is counted. */
static void folders_reach(void)
{
	struct stat st;

	EXPECT(SYS(4, "/mnt", &st), 0);
	EXPECT(SYS(4, "/other", &st), 0);
}

/* The second round finds files in the cache, a third must do without it; the last in a kernel that is short of memory. */
int test_iso(int argc, char **argv, void *disk, u64 size)
{
	const char *options = argc > 5 ? argv[5] : "";
	struct statfs sf;
	folders_reach();
	u64 pages = mem_free_pages;
	s64 objects = kmalloc_count;

	limit = ~0UL;
	refusals(disk);
	EXPECT(SYS(165, "/dev/vdb", "/mnt", "iso9660", 1, options), 0);
	show("/mnt", 0);
	EXPECT(SYS(137, "/mnt", &sf), 0);
	printf("statfs %lx %ld %lu %lu %ld %lx\n", sf.f_type, sf.f_bsize, sf.f_blocks, sf.f_bfree, sf.f_namelen, sf.f_flags);
	quiet = true;
	show("/mnt", 0);
	klock();
	pagecache_reclaim(~0UL);
	kunlock();
	show("/mnt", 0);
	u64 lent = mem_free_pages - min(mem_free_pages, 1000UL);
	mem_free_pages -= lent;
	show("/mnt", 0);
	mem_free_pages += lent;
	EXPECT(SYS(166, "/mnt", 0), 0);
	EXPECT(mem_free_pages >= pages, 1);	/* more: what was cached of the root */
	EXPECT(kmalloc_count, objects);
	busy_and_detached(options);
	EXPECT(mem_free_pages >= pages, 1);	/* more: what was cached of the root */
	return 0;
}

static u64 state;
static u32 rnd(u32 n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 20) % n;
}

/* Most of what is damaged is where numbers are: the descriptors, directories and continuation areas are near the start. */
static void damage(u8 *disk, u64 size)
{
	static const u32 values[] = { 0, 1, 2, 16, 19, 33, 34, 254, 255, 2047, 2048, 0x7fffffff, 0x80000000, ~0u, ~0u - 2047 };

	for (u32 i = 1 + rnd(6); i; i--) {
		u64 start = 16 * 2048, end = rnd(4) ? min(size, start + 60 * 2048UL) : size;
		u8 *p = disk + start + rnd(end - start - 300);
		switch (rnd(6)) {
		case 0:
			*p ^= 1 << rnd(8);
			break;
		case 1:
			*p = rnd(256);
			break;
		case 2:
			memcpy(p, &values[rnd(array_len(values))], 4);
			break;
		case 3:	/* a record or field moves */
			memmove(p, disk + start + rnd(end - start - 300), 1 + rnd(250));
			break;
		case 4:	/* a continuation area or child elsewhere */
			for (u32 k = 0; k < 2000 && p < disk + size - 40; k++, p++)
				if ((p[0] == 'C' && (p[1] == 'E' || p[1] == 'L')) || (p[0] == 'N' && p[1] == 'M') || (p[0] == 'S' && p[1] == 'L')) {
					p[2 + rnd(26)] = rnd(3) ? rnd(64) : rnd(256);
					break;
				}
			break;
		case 5:	/* a block number that is somebody's */
			*(u32 *)p = 16 + rnd(size / 2048);
			break;
		}
	}
}

/* Those of the root as well, which reading ahead may or may not have dropped. */
static void drop_caches(void)
{
	klock();
	pagecache_reclaim(~0UL);
	kunlock();
}

int test_iso_damage(void *disk, u64 size, unsigned long seed, unsigned long rounds)
{
	u8 *whole = malloc(size);
	folders_reach();
	drop_caches();
	u64 pages = mem_free_pages, mounted = 0;
	s64 objects = kmalloc_count;

	memcpy(whole, disk, size);
	quiet = true;
	limit = MAX_ENTRIES;
	for (unsigned long i = seed; i < seed + rounds; i++) {
		state = i * 0x9e3779b97f4a7c15 + 1;
		for (int k = 0; k < 10; k++)
			rnd(2);
		entries = 0;
		memcpy(disk, whole, size);
		damage(disk, size);
		long err = SYS(165, "/dev/vdb", "/mnt", "iso9660", 1, i % 5 ? "" : i % 2 ? "norock" : "norock,nojoliet");
		if (!err) {
			mounted++;
			show("/mnt", 0);
			show("/mnt", 0);
			EXPECT(SYS(166, "/mnt", 0), 0);
		} else {
			EXPECT(err, -EINVAL);
		}
		drop_caches();
		if (mem_free_pages != pages || kmalloc_count != objects || failures) {
			printf("seed %lu: %ld pages, %ld objects lost\n", i, (long)(pages - mem_free_pages), (long)(kmalloc_count - objects));
			failures++;
			break;
		}
	}
	printf("%lu of %lu mounted\n", mounted, rounds);
	free(whole);
	return 0;
}

static u64 once;

static void walk(void *rounds)
{
	for (long i = 0; i < (long)rounds; i++) {
		total = 0;
		show("/mnt", 0);
		EXPECT(total, once);
	}
}

static void reclaim_and_mount(void *rounds)
{
	for (long i = 0; i < (long)rounds; i++) {
		klock();
		pagecache_reclaim(i % 3 ? 64 : ~0UL);
		kunlock();
		EXPECT(SYS(166, "/mnt", 0), -EBUSY);
		EXPECT(SYS(165, "/dev/vdb", "/other", "iso9660", 1, ""), 0);
		SYS(4, "/other/d0/file0.dat", &(struct stat){ 0 });
		EXPECT(SYS(166, "/other", 0), 0);
	}
}

/* Threads that meet in the same directories and files, while their pages are taken away. */
int test_iso_threads(void)
{
	folders_reach();
	u64 pages = mem_free_pages;
	s64 objects = kmalloc_count;

	quiet = true;
	limit = ~0UL;
	EXPECT(SYS(165, "/dev/vdb", "/mnt", "iso9660", 1, ""), 0);
	long fd = SYS(2, "/mnt", O_RDONLY | O_DIRECTORY);
	show("/mnt", 0);
	once = total;
	for (int i = 0; i < 4; i++)
		host_thread(walk, (void *)30L);
	host_thread(reclaim_and_mount, (void *)1500L);
	host_join();
	SYS(3, fd);
	EXPECT(SYS(166, "/mnt", 0), 0);
	EXPECT(mem_free_pages >= pages, 1);	/* more: what was cached of the root */
	EXPECT(kmalloc_count, objects);
	return 0;
}
