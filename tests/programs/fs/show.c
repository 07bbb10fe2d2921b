/* Prints the files that are named, with their lengths. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char buf[512];

	while (*++argv) {
		int fd = open(*argv, O_RDONLY);
		long n = fd < 0 ? -1 : read(fd, buf, sizeof(buf));
		printf("%s %ld %.*s\n", *argv, n, n > 0 ? (int)n : 0, buf);
		close(fd);
	}
	return 0;
}
