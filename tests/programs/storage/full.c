/* Fills a folder: write(2), msync and fsync say so, and what is given back can be used. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGES	16
#define PAGE	4096

static char name[100];

static const char *at(const char *dir, const char *file)
{
	snprintf(name, sizeof(name), "%s/%s", dir, file);
	return name;
}

static void say(const char *what, int result)
{
	printf("%s: %d %s\n", what, result, result < 0 ? strerror(errno) : "");
}

int main(int argc, char **argv)
{
	static char buf[10 * PAGE];
	const char *dir = argv[1];
	long n, all = 0;

	int small = open(at(dir, "small"), O_RDWR | O_CREAT, 0600);
	say("small", write(small, "small\n", 6));
	int holes = open(at(dir, "holes"), O_RDWR | O_CREAT, 0600);
	say("holes", ftruncate(holes, PAGES * PAGE));
	char *map = argc > 2 ? mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, holes, 0) : MAP_FAILED;
	int full = open(at(dir, "full"), O_WRONLY | O_CREAT | O_EXCL, 0600);
	while ((n = write(full, buf, sizeof(buf))) > 0)
		all += n;
	say("full", n);
	printf("%ld bytes\n", all);
	say("once more", write(full, buf, 1));
	say("fsync", fsync(full));
	say("pwrite", pwrite(holes, buf, PAGE, 0));
	say("overwritten", pwrite(small, "SMALL\n", 6, 0));
	say("fsync", fsync(small));
	if (map != MAP_FAILED) {
		map[0] = 'm';
		say("msync", msync(map, PAGE, MS_SYNC));
		map[PAGE] = 'f';
		say("fsync of the mapped", fsync(holes));
	}
	close(full);
	say("unlink", unlink(at(dir, "full")));
	if (map != MAP_FAILED) {
		map[0] = 'M';
		map[PAGE] = 'F';
		say("msync", msync(map, PAGES * PAGE, MS_SYNC));
		say("fsync", fsync(holes));
	} else {
		say("pwrite", pwrite(holes, "M", 1, 0));
		say("pwrite", pwrite(holes, "F", 1, PAGE));
	}
	say("mkdir", mkdir(at(dir, "folder"), 0700));
	say("pread", pread(small, buf, 6, 0));
	printf("%.6s", buf);
	return 0;
}
