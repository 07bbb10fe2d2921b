/* Fills a disk, and uses what is given back, as Linux's ext4 does. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static char buf[100000];
	char name[100];
	long n;

	snprintf(name, sizeof(name), "%s/full", argv[1]);
	for (int i = 0; i < 3; i++) {
		long all = 0;
		int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);
		while ((n = write(fd, buf, sizeof(buf))) > 0)
			all += n;
		printf("full: %s, more than 1 MB: %d\n", strerror(errno), all > 1000000);
		printf("fsync: %d\n", fsync(fd));
		close(fd);
		printf("unlink: %d\n", unlink(name));
	}
	int fd = open(name, O_WRONLY | O_CREAT, 0644);
	printf("write: %ld\n", (long)write(fd, buf, sizeof(buf)));
	return close(fd);
}
