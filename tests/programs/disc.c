/* disc list FOLDER: prints all that is in a folder. disc mount DISK OTHER: mounts a disc, prints what is in it, and tries
 * what can be done with it; OTHER is a disk that is none. disc try DISK: what mount(2) says. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

static int failures;

/* ERROR: what errno must be, 0 if the call must succeed. */
static void check(const char *what, long r, int error)
{
	int got = r == -1 ? errno : 0;

	if (got == error)
		return;
	printf("%s: %s, not %s\n", what, strerrorname_np(got), strerrorname_np(error));
	failures++;
}
#define CHECK(call, error) check(#call, (long)(call), error)
#define TRUE(condition) do { if (!(condition)) { printf("%d: not true: %s\n", __LINE__, #condition); failures++; } } while (0)

static unsigned sum(int fd, long *size)
{
	static unsigned char buf[70000];
	unsigned s = 1;
	long n;

	for (*size = 0; (n = read(fd, buf, sizeof(buf))) > 0; *size += n)
		for (long i = 0; i < n; i++)
			s = s * 31 + buf[i];
	return n < 0 ? 0 : s;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void list(int dir, const char *path)
{
	struct dirent **all;
	int n = scandirat(dir, ".", &all, NULL, by_name);

	for (int i = 0; i < n; i++) {
		const char *name = all[i]->d_name;
		char full[5000], target[5000];
		struct stat st;
		if (!strcmp(name, ".") || !strcmp(name, ".."))
			continue;
		snprintf(full, sizeof(full), "%s/%s", path, name);
		if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW)) {
			printf("%s: %m\n", full);
			continue;
		}
		printf("%s %o %d %d", full, st.st_mode, st.st_uid, st.st_gid);
		if (S_ISLNK(st.st_mode)) {
			long len = readlinkat(dir, name, target, sizeof(target));
			printf(" -> %.*s (%ld)\n", (int)len, target, (long)st.st_size);
			continue;
		}
		printf(" at %ld", (long)st.st_mtime);
		int fd = S_ISFIFO(st.st_mode) ? -1 : openat(dir, name, O_RDONLY);
		if (S_ISREG(st.st_mode)) {
			long size;
			unsigned s = sum(fd, &size);
			printf(" %ld links, %ld bytes, %ld read, %08x", (long)st.st_nlink, (long)st.st_size, size, s);
		}
		printf("\n");
		if (S_ISDIR(st.st_mode))
			list(fd, full);
		close(fd);
	}
}

static void list_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY);

	check(path, fd, 0);
	list(fd, "");
	close(fd);
}

static bool has_line(const char *file, const char *start)
{
	FILE *f = fopen(file, "r");
	char line[1000];
	bool found = false;

	while (f && fgets(line, sizeof(line), f))
		found |= !strncmp(line, start, strlen(start));
	if (f)
		fclose(f);
	return found;
}

static void refusals(const char *disk, const char *other)
{
	CHECK(mount(other, "/tmp/disc", "iso9660", MS_RDONLY, ""), EINVAL);
	CHECK(mount(disk, "/tmp/disc", "iso9660", MS_RDONLY, "nonsense"), EINVAL);
	CHECK(mount(disk, "/tmp/disc", "iso9660", MS_RDONLY, "mode=89"), EINVAL);
	CHECK(mount(disk, "/tmp/disc", "no-such-type", MS_RDONLY, ""), ENODEV);
	CHECK(mount(disk, "/tmp/absent", "iso9660", MS_RDONLY, ""), ENOENT);
	CHECK(mount("/dev/vdz", "/tmp/disc", "iso9660", MS_RDONLY, ""), ENOENT);
	CHECK(mount("/tmp", "/tmp/disc", "iso9660", MS_RDONLY, ""), ENOTBLK);
	CHECK(umount("/tmp/disc"), EINVAL);
}

static void tables(const char *disk)
{
	char line[100];
	struct statfs fs;

	snprintf(line, sizeof(line), "%s /tmp/disc iso9660 ro", disk);
	TRUE(has_line("/proc/mounts", line));
	TRUE(has_line("/proc/filesystems", "\tiso9660"));
	CHECK(statfs("/tmp/disc/top.txt", &fs), 0);
	TRUE(fs.f_type == 0x9660 && fs.f_bsize == 2048 && fs.f_frsize == 2048 && fs.f_blocks > 100 && fs.f_bfree == 0);
	TRUE(fs.f_namelen == 255 && fs.f_flags & ST_RDONLY);
}

static void only_read(void)
{
	CHECK(open("top.txt", O_RDWR), EROFS);
	CHECK(open("new", O_CREAT | O_WRONLY, 0666), EROFS);
	CHECK(mkdir("new", 0777), EROFS);
	CHECK(unlink("top.txt"), EROFS);
	CHECK(rmdir("folder"), EROFS);
	CHECK(rename("top.txt", "new"), EROFS);
	CHECK(symlink("x", "new"), EROFS);
	CHECK(link("top.txt", "new"), EROFS);
	CHECK(chmod("top.txt", 0600), EROFS);
	CHECK(chown("top.txt", 1, 1), EROFS);
	CHECK(truncate("top.txt", 0), EROFS);
	CHECK(utimensat(AT_FDCWD, "top.txt", NULL, 0), EROFS);
	CHECK(access("top.txt", W_OK), EROFS);
	CHECK(access("top.txt", R_OK), 0);
	CHECK(mknod("new", S_IFIFO | 0600, 0), EROFS);
}

static void mapped(void)
{
	int fd = open("folder/big", O_RDONLY);
	struct stat st;

	fstat(fd, &st);
	char *read = malloc(st.st_size), *m = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	TRUE(pread(fd, read, st.st_size, 0) == st.st_size);
	TRUE(m != MAP_FAILED && !memcmp(m, read, st.st_size));
	m[5000] ^= 1;
	TRUE(memcmp(m, read, st.st_size));
	CHECK(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), EACCES);
	munmap(m, st.st_size);
	close(fd);
	void *lib = dlopen("./lib.so", RTLD_NOW);
	int (*answer)(int) = lib ? dlsym(lib, "answer") : NULL;
	TRUE(answer && answer(6) == 42);
}

static void ends(const char *disk)
{
	char c;

	CHECK(mount(disk, "/tmp/disc", "iso9660", MS_RDONLY, ""), EBUSY);
	CHECK(mount(disk, "/tmp/other", "iso9660", MS_RDONLY, "norock,nojoliet"), 0);
	CHECK(access("/tmp/other/top.txt", R_OK), 0);
	CHECK(umount("/tmp/other"), 0);
	CHECK(access("/tmp/other/top.txt", R_OK), ENOENT);
	CHECK(mount(NULL, "/tmp/disc", NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	CHECK(mount(NULL, "/tmp/disc", NULL, MS_REMOUNT, NULL), EROFS);
	CHECK(umount("/tmp/disc"), EBUSY);	/* the library, the working directory */
	CHECK(chdir("/"), 0);
	CHECK(umount("/tmp/disc"), EBUSY);
	int fd = open("/tmp/disc/top.txt", O_RDONLY);
	CHECK(umount2("/tmp/disc", MNT_DETACH), 0);
	CHECK(access("/tmp/disc/top.txt", R_OK), ENOENT);
	CHECK(read(fd, &c, 1), 0);
	close(fd);
	for (int i = 0; i < 20; i++) {
		CHECK(mount(disk, "/tmp/disc", "iso9660", MS_RDONLY, NULL), 0);
		CHECK(access("/tmp/disc/top.txt", R_OK), 0);
		CHECK(umount("/tmp/disc"), 0);
	}
	CHECK(umount("/tmp/disc"), EINVAL);
}

int main(int argc, char **argv)
{
	mkdir("/tmp/disc", 0755);
	mkdir("/tmp/other", 0755);
	if (argc == 3 && !strcmp(argv[1], "list")) {
		list_folder(argv[2]);
	} else if (argc == 3 && !strcmp(argv[1], "try")) {
		int r = mount(argv[2], "/tmp/disc", "iso9660", MS_RDONLY, "");
		printf("mount: %s\n", r ? strerrorname_np(errno) : "done");
	} else if (argc == 4 && !strcmp(argv[1], "mount")) {
		refusals(argv[2], argv[3]);
		CHECK(mount(argv[2], "/tmp/disc", "iso9660", MS_RDONLY, ""), 0);
		list_folder("/tmp/disc");
		tables(argv[2]);
		CHECK(chdir("/tmp/disc"), 0);
		only_read();
		mapped();
		ends(argv[2]);
	}
	return failures ? 1 : 0;
}
