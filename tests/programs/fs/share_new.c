/* Makes files in a folder and says whose they are, their modes, and how their times follow each other. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct stat last;

static int after(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec >= b.tv_nsec;
}

/* Times exactly, so that they can be compared with the host's. */
static void show(const char *name)
{
	struct stat st;

	if (lstat(name, &st)) {
		printf("%s: %s\n", name, strerror(errno));
		return;
	}
	printf("%s %o %d:%d %lld.%09ld %lld.%09ld\n", name, st.st_mode, st.st_uid, st.st_gid, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
		(long long)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
	if (!after(st.st_ctim, last.st_ctim))
		printf("%s is older than what was there before\n", name);
	last = st;
}

static void make(const char *name, mode_t mask, mode_t mode)
{
	umask(mask);
	int fd = open(name, O_CREAT | O_EXCL | O_WRONLY, mode);
	if (fd < 0 || write(fd, "x", 1) != 1)
		printf("%s: %s\n", name, strerror(errno));
	close(fd);
	show(name);
}

int main(int argc, char **argv)
{
	if (chdir(argv[1]))
		return 1;
	make("plain", 022, 0666);
	make("private", 077, 0666);
	make("open", 0, 0777);
	make("none", 0, 0);
	make("setuid", 0, 06755);	/* the bits are dropped: docs/devices.md */
	umask(02);
	printf("%d", mkdir("folder", 0777));
	show("folder");
	umask(0);
	printf("%d", mkdir("sticky", 01777));
	show("sticky");
	printf("%d", symlink("plain", "link"));
	show("link");
	if (argc > 2)	/* the rest is for the owner of files */
		return 0;
	printf("%d", link("plain", "hard"));
	show("hard");
	printf("%d", chmod("plain", 0640));
	show("plain");
	printf("%d", truncate("plain", 100));
	show("plain");
	struct timespec t[2] = { { 1, 2 }, { 1000000000, 123456789 } };
	printf("%d", utimensat(AT_FDCWD, "open", t, 0));
	show("open");
	printf("%d", rename("open", "folder/moved"));
	show("folder");
	show("folder/moved");
	return 0;
}
