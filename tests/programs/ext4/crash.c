/* Changes a file system until its machine is ended, and says which steps are safe; or looks whether they are. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void die(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	exit(1);
}

static void contents(char *buf, int i)
{
	for (int k = 0; k < 3000; k++)
		buf[k] = 'a' + (i * 7 + k) % 26;
}

/* Its size differs, so that blocks come and go. */
static int length(int i) { return 1 + i * 397 % 3000; }

static void step(int dir, int i)
{
	char name[40], other[40], buf[3000];

	contents(buf, i);
	snprintf(name, sizeof(name), "d%d", i % 5);
	if (i % 50 < 5)
		mkdir(name, 0755);
	snprintf(name, sizeof(name), "d%d/new", i % 5);
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0)
		die(name);
	for (int done = 0, n = length(i), part; done < n; done += part)
		if ((part = write(fd, buf + done, n - done < 1000 ? n - done : 1000)) <= 0)
			die("write");
	if (fsync(fd))
		die("fsync");
	close(fd);
	snprintf(other, sizeof(other), "d%d/safe%d", i % 5, i);
	if (rename(name, other))
		die("rename");
	snprintf(name, sizeof(name), "d%d/link%d", (i + 1) % 5, i);
	link(other, name);
	unlink(name);
	if (i >= 40) {
		snprintf(name, sizeof(name), "d%d/safe%d", (i - 40) % 5, i - 40);
		if (unlink(name))
			die(name);
	}
	fd = open("log", O_WRONLY | O_CREAT | O_APPEND, 0644);
	if (fd < 0 || dprintf(fd, "%d\n", i) < 0 || fdatasync(fd))
		die("log");
	close(fd);
	if (fsync(dir))
		die("fsync of a folder");
}

/* All files that step LAST and those before left, and the log. */
static void check(int last)
{
	char name[40], want[3000], buf[4000];
	int n = 0, i;

	for (i = last < 39 ? 0 : last - 39; i <= last; i++) {
		contents(want, i);
		snprintf(name, sizeof(name), "d%d/safe%d", i % 5, i);
		int fd = open(name, O_RDONLY);
		if (fd < 0 && i == last - 39)	/* the next step may have removed it */
			continue;
		if (fd < 0)
			die(name);
		if (read(fd, buf, sizeof(buf)) != length(i) || memcmp(buf, want, length(i))) {
			printf("%s: wrong contents\n", name);
			exit(1);
		}
		close(fd);
		n++;
	}
	FILE *f = fopen("log", "r");
	for (i = 0; f && fscanf(f, "%d", &n) == 1; i++)
		if (n != i) {
			printf("log: %d in the place of %d\n", n, i);
			exit(1);
		}
	if (i <= last) {
		printf("log: %d lines, %d are safe\n", i, last + 1);
		exit(1);
	}
	printf("all is there\n");
}

int main(int argc, char **argv)
{
	if (argc < 3 || chdir(argv[1]))
		die("start");
	if (!strcmp(argv[2], "check")) {
		check(atoi(argv[3]));
		return 0;
	}
	int dir = open(".", O_RDONLY | O_DIRECTORY);
	for (int i = 0; i < atoi(argv[2]); i++) {
		step(dir, i);
		printf("%d\n", i);
		fflush(stdout);
	}
	return 0;
}
