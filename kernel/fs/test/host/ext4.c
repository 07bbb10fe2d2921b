/* Mounts a disk with ext4 again and again, damaged, reads what is on it and writes to it. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"
#include "host.h"

#define MAX_ENTRIES 400	/* of a damaged disk */

static u64 entries, state;

static u32 rnd(u32 n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 20) % n;
}

static int device_request(struct block_device *d, u32 type, u64 sector, void *buf, u32 len)
{
	if (type == BLOCK_FLUSH)
		return 0;
	if (sector > d->sectors || len / 512 > d->sectors - sector)
		return -EIO;
	u8 *p = (u8 *)d->data + sector * 512;
	if (type == BLOCK_WRITE)
		memcpy(p, buf, len);
	else
		memcpy(buf, p, len);
	return 0;
}

/* Changes something about the file. */
static void change(const char *path, const struct stat *st)
{
	static u8 data[30000];
	char other[PATH_MAX];
	long fd;

	ksnprintf(other, sizeof(other), "/mnt/other%u", rnd(20));
	switch (rnd(13)) {
	case 9:
		ksnprintf(other, sizeof(other), "%s.%u%.*s", rnd(2) ? "user" : "trusted", rnd(9), (int)rnd(100), "a long name of an attribute, which may fill a lot of the room that there is behind the inode, or more");
		if (rnd(4))
			SYS(188, path, other, data, rnd(rnd(2) ? 60 : 1100), rnd(3));
		else
			SYS(197, path, other);
		break;
	case 10:
	case 11:
		fd = SYS(2, path, O_RDWR);
		SYS(285, fd, ((int []){ 0, 1, 3, 16, 17 })[rnd(5)], (u64)rnd(200000) << rnd(3), 1 + ((u64)rnd(60000) << rnd(4)));
		SYS(3, fd);
		break;
	case 12:
		fd = SYS(2, "/mnt", O_RDWR | O_TMPFILE, 0600);
		SYS(18, fd, data, rnd(sizeof(data)), rnd(100000));
		if (rnd(2))
			SYS(265, fd, "", AT_FDCWD, other, AT_EMPTY_PATH);
		SYS(3, fd);
		break;
	case 0:
		SYS(87, path);
		break;
	case 1:
		SYS(82, path, other);
		break;
	case 2:
		SYS(86, path, other);
		break;
	case 3:
		SYS(76, path, rnd(100000));
		break;
	case 4:
		SYS(90, path, rnd(07777));
		break;
	case 5:
		SYS(84, path);
		break;
	case 6:
		SYS(88, path, other);
		break;
	case 7:
		SYS(83, other, 0755);
		break;
	default:
		fd = SYS(2, path, O_RDWR | (rnd(2) ? O_APPEND : 0));
		SYS(18, fd, data, rnd(sizeof(data)), rnd(4) ? rnd(200000) : (u64)rnd(~0u) << rnd(12));
		if (!rnd(4))
			SYS(74, fd);
		SYS(3, fd);
	}
}

static void show_attributes(const char *path)
{
	static char names[5000], value[5000];
	long n = SYS(194, path, names, sizeof(names));

	for (long i = 0; i < n; i += strlen(names + i) + 1)
		SYS(191, path, names + i, value, rnd(2) ? sizeof(value) : rnd(20));
}

static void show_dir(const char *path, int depth, bool changes);

static void show(const char *path, int depth, bool changes)
{
	static u8 buf[70000];
	struct stat st;
	long fd;

	if (SYS(6, path, &st))
		return;
	if (changes && rnd(3) == 0)
		change(path, &st);
	show_attributes(path);
	if (S_ISDIR(st.st_mode)) {
		show_dir(path, depth + 1, changes);
	} else if (S_ISLNK(st.st_mode)) {
		SYS(89, path, buf, sizeof(buf));
		SYS(4, path, &st);
	} else if (S_ISREG(st.st_mode)) {
		fd = SYS(2, path, O_RDONLY);
		for (long n = 0, r; fd >= 0 && n < 300000 && (r = SYS(0, fd, buf, sizeof(buf))) > 0; n += r)
			;
		SYS(17, fd, buf, 100, st.st_size / 2);
		SYS(8, fd, 0, 3);
		SYS(3, fd);
	} else {
		SYS(2, path, O_RDONLY | O_NONBLOCK);
	}
}

static void show_dir(const char *path, int depth, bool changes)
{
	u8 *buf = malloc(4096);
	long fd = SYS(257, AT_FDCWD, path, O_RDONLY | O_DIRECTORY), n;

	while (fd >= 0 && depth < 30 && entries < MAX_ENTRIES && (n = SYS(217, fd, buf, 4096)) > 0)
		for (long at = 0; at < n && entries < MAX_ENTRIES; entries++) {
			struct dirent64 *d = (struct dirent64 *)(buf + at);
			char *full = malloc(8192);
			at += d->reclen;
			ksnprintf(full, 8192, "%s/%s", path, d->name);
			if (strcmp(d->name, ".") && strcmp(d->name, ".."))
				show(full, depth, changes);
			free(full);
		}
	SYS(3, fd);
	free(buf);
}

/* The superblock, groups, inodes and directories are near the start; the rest of metadata begins with a magic number. */
static void damage(u8 *disk, u64 size)
{
	static const u32 values[] = { 0, 1, 2, 3, 7, 8, 11, 12, 0x7fff, 0x8000, 0x8001, 0xffff, 0x7fffffff, 0x80000000, ~0u, ~0u - 1023 };

	for (u32 i = 1 + rnd(8); i; i--) {
		u64 end = rnd(3) ? min(size, 1024 * 400UL) : size;
		u8 *p = disk + 1024 + (rnd(12) ? rnd(end - 2048) : rnd(1024));
		if (rnd(3) == 0)	/* a tree of extents, somewhere */
			for (u32 k = 0; k < 100000 && p < disk + size - 80; k++, p++)
				if (p[0] == 0x0a && p[1] == 0xf3) {
					p += rnd(60);
					break;
				}
		if (rnd(6) == 0)	/* the journal */
			for (u32 k = 0; k < 300000 && p < disk + size - 80; k++, p++)
				if (p[0] == 0xc0 && p[1] == 0x3b && p[2] == 0x39 && p[3] == 0x98) {
					p += 4 + rnd(60);
					break;
				}
		if (p >= disk + size - 300)
			continue;
		switch (rnd(5)) {
		case 0:
			*p ^= 1 << rnd(8);
			break;
		case 1:
			*p = rnd(256);
			break;
		case 2:
			memcpy(p, &values[rnd(array_len(values))], 2 + 2 * rnd(2));
			break;
		case 3:
			memmove(p, disk + 1024 + rnd(end - 2048), 1 + rnd(250));
			break;
		case 4:	/* a block that is somebody's */
			*(u32 *)p = rnd(size / 1024);
			break;
		}
	}
}

int test_ext4_damage(struct block_device *d, void *disk, u64 size, unsigned long seed, unsigned long rounds)
{
	u8 *whole = malloc(size);
	struct stat st;
	EXPECT(SYS(4, "/mnt", &st), 0);
	u64 pages = mem_free_pages, mounted[2] = { 0 };
	s64 objects = kmalloc_count;

	memcpy(whole, disk, size);
	d->request = device_request;
	d->max_bytes = 128 * 1024;
	d->flush = true;
	for (unsigned long i = seed; i < seed + rounds; i++) {
		state = i * 0x9e3779b97f4a7c15 + 1;
		for (int k = 0; k < 10; k++)
			rnd(2);
		memcpy(disk, whole, size);
		if (i % 10)
			damage(disk, size);
		bool write = i % 3;
		if (!SYS(165, "/dev/vdb", "/mnt", "ext4", !write, "")) {
			mounted[write]++;
			for (int k = 0; k < 2; k++) {
				entries = 0;
				show("/mnt", 0, write);
			}
			SYS(162);
			EXPECT(SYS(166, "/mnt", 0), 0);
		}
		if (mem_free_pages != pages || kmalloc_count != objects || failures) {
			printf("seed %lu: %ld pages, %ld objects lost\n", i, (long)(pages - mem_free_pages), (long)(kmalloc_count - objects));
			failures++;
			break;
		}
	}
	printf("%lu and %lu of %lu mounted to be read and written\n", mounted[0], mounted[1], rounds);
	free(whole);
	return 0;
}
