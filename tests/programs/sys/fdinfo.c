/* /proc/self/fdinfo. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void show(const char *what, int fd)
{
	char name[64], line[256];
	struct stat st, dir;
	unsigned long ino = 0;

	snprintf(name, sizeof(name), "/proc/self/fdinfo/%d", fd);
	FILE *f = fopen(name, "r");
	if (!f) {
		printf("%s: %s\n", what, strerrorname_np(errno));
		return;
	}
	fstat(fileno(f), &dir);
	printf("%s: %o", what, dir.st_mode);
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = 0;
		if (!strncmp(line, "pos:", 4) || !strncmp(line, "flags:", 6))
			printf(" %s", line);
		sscanf(line, "ino: %lu", &ino);
	}
	printf(" inode %d\n", fstat(fd, &st) == 0 && st.st_ino == ino);
	fclose(f);
}

int main(void)
{
	int fd = open("/tmp/sys-fdinfo", O_RDWR | O_CREAT | O_APPEND, 0600), p[2], s[2];
	struct stat st;

	unlink("/tmp/sys-fdinfo");
	write(fd, "12345", 5);
	show("file", fd);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	lseek(fd, 2, SEEK_SET);
	show("close on exec", fd);
	pipe2(p, O_NONBLOCK);
	show("pipe", p[0]);
	show("its end", p[1]);
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s);
	show("socket", s[0]);
	show("path", open("/tmp", O_PATH));
	show("directory", open("/tmp", O_RDONLY | O_DIRECTORY));
	close(fd);
	show("closed", fd);
	stat("/proc/self/fdinfo", &st);
	printf("%o %ld\n", st.st_mode, (long)st.st_nlink);
	DIR *d = opendir("/proc/self/fdinfo");
	int found = 0;
	for (struct dirent *e; (e = readdir(d));)
		if (e->d_type == DT_REG)
			found |= atoi(e->d_name) == p[0];
	printf("found %d\n", found);
	return 0;
}
