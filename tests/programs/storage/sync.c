/* Writes to files of a folder and asks in one way that they be safe, says so, and waits to be killed. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static int way(const char *name, int fd, char *map)
{
	struct iovec one = {"x", 1};

	if (!strcmp(name, "fsync"))
		return fsync(fd);
	if (!strcmp(name, "fdatasync"))
		return fdatasync(fd);
	if (!strcmp(name, "O_SYNC") || !strcmp(name, "O_DSYNC")) {
		int other = open("other", O_RDWR | O_CREAT | (name[2] == 'S' ? O_SYNC : O_DSYNC), 0600);
		return write(other, "x", 1) == 1 ? 0 : -1;
	}
	if (!strcmp(name, "nameless")) { /* so that nobody can open it again */
		int other = open("other", O_RDWR | O_CREAT | O_DSYNC, 0600);
		return unlink("other") || write(other, "x", 1) != 1;
	}
	if (!strcmp(name, "RWF_SYNC"))
		return pwritev2(fd, &one, 1, 0, RWF_SYNC) == 1 ? 0 : -1;
	if (!strcmp(name, "RWF_DSYNC"))
		return pwritev2(fd, &one, 1, 0, RWF_DSYNC) == 1 ? 0 : -1;
	if (!strcmp(name, "msync"))
		return map[5] = 1, msync(map, 4096, MS_SYNC);
	if (!strcmp(name, "folder"))
		return fsync(open(".", O_RDONLY | O_DIRECTORY));
	if (!strcmp(name, "sync"))
		return sync(), 0;
	if (!strcmp(name, "syncfs"))
		return syncfs(fd);
	return 0;
}

int main(int argc, char **argv)
{
	if (chdir(argv[1]))
		return 1;
	int fd = open("file", O_RDWR | O_CREAT, 0600);
	if (write(fd, "abc", 3) != 3 || ftruncate(fd, 4096))
		return 1;
	char *map = strcmp(argv[2], "msync") ? NULL : mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (way(argv[2], fd, map)) {
		perror(argv[2]);
		return 1;
	}
	puts("done");
	fflush(stdout);
	pause();
	return 0;
}
