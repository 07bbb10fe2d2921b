/* The device files every program expects. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static int varied(const unsigned char *b, int n)
{
	int seen = 0;
	static unsigned char have[256];

	memset(have, 0, sizeof have);
	for (int i = 0; i < n; i++)
		if (!have[b[i]]++)
			seen++;
	return seen > 100;
}

int main(void)
{
	unsigned char buf[4096];
	struct stat st;
	int fd;

	setvbuf(stdout, NULL, _IOLBF, 0);
	memset(buf, 1, sizeof buf);
	fd = open("/dev/null", O_RDWR);
	printf("null %zd %zd\n", write(fd, buf, 100), read(fd, buf, 100));
	fd = open("/dev/zero", O_RDWR);
	printf("zero %zd", read(fd, buf, 100));
	printf(" %d\n", buf[99]);
	fd = open("/dev/full", O_RDWR);
	ssize_t n = write(fd, buf, 1);
	printf("full %zd %s\n", n, strerror(errno));
	fd = open("/dev/urandom", O_RDONLY);
	n = read(fd, buf, sizeof buf);
	printf("urandom %zd %d\n", n, varied(buf, sizeof buf));
	fd = open("/dev/random", O_RDONLY);
	n = read(fd, buf, 256);
	printf("random %d\n", n > 0);
	n = getrandom(buf, sizeof buf, 0);
	printf("getrandom %zd %d\n", n, varied(buf, sizeof buf));
	printf("getentropy %d\n", getentropy(buf, 256));
	stat("/dev/null", &st);
	printf("character device %d\n", S_ISCHR(st.st_mode));
	n = write(open("/dev/stdout", O_WRONLY), "to /dev/stdout\n", 15);
	printf("wrote %zd\n", n);
	return 0;
}
