/* Uses a disk, or a file in place of one, at any byte: the result is the same. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define SIZE	(8 << 20)
#define THREADS	4

static int fd;
static unsigned seed = 1;

static unsigned next(unsigned *s)
{
	return *s = *s * 1103515245 + 12345;
}

static unsigned sum(const unsigned char *p, size_t n)
{
	unsigned a = 1, b = 0;
	for (size_t i = 0; i < n; i++)
		b = (b + (a = (a + p[i]) % 65521)) % 65521;
	return b << 16 | a;
}

static void show(const char *what, long n)
{
	printf("%s: %ld%s%s\n", what, n, n < 0 ? " " : "", n < 0 ? strerror(errno) : "");
}

/* Each thread has every fourth piece of 700 bytes to itself: sectors are shared. */
static void *write_pieces(void *arg)
{
	unsigned me = (unsigned)(long)arg, s = me + 7;
	unsigned char piece[700], back[700];

	for (long i = me; i < 2000; i += THREADS) {
		for (unsigned k = 0; k < sizeof(piece); k++)
			piece[k] = next(&s) >> 16;
		if (pwrite(fd, piece, sizeof(piece), 4000000 + i * 700) != sizeof(piece))
			perror("pwrite");
		if (pread(fd, back, sizeof(back), 4000000 + i * 700) != sizeof(back) || memcmp(piece, back, sizeof(back)))
			perror("pread");
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static unsigned char buf[1 << 20], back[1 << 20];
	struct stat st;
	pthread_t t[THREADS];

	fd = open(argv[1], O_RDWR);
	if (fd < 0 || fstat(fd, &st))
		return perror(argv[1]), 1;
	show("end", lseek(fd, 0, SEEK_END));
	show("read at the end", read(fd, buf, 10));
	show("before the start", lseek(fd, -1, SEEK_SET));
	for (int i = 0; i < 60; i++) {
		size_t n = next(&seed) % (i % 10 ? 5000 : sizeof(buf));
		off_t at = next(&seed) % (SIZE - n);
		for (size_t k = 0; k < n; k++)
			buf[k] = next(&seed) >> 16;
		if (pwrite(fd, buf, n, at) != (ssize_t)n || pread(fd, back, n, at) != (ssize_t)n || memcmp(buf, back, n))
			printf("write %d of %zu bytes at %ld: %s\n", i, n, (long)at, strerror(errno));
	}
	show("fsync", fsync(fd));
	show("seek", lseek(fd, 511, SEEK_SET));
	show("write", write(fd, "abc", 3));
	show("at", lseek(fd, 0, SEEK_CUR));
	struct iovec v[2] = { { "one", 3 }, { "two", 3 } };
	show("writev", writev(fd, v, 2));
	show("pread", pread(fd, back, 9, 511));
	printf("%.9s\n", back);
	for (long i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, write_pieces, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	show("fdatasync", fdatasync(fd));
	for (off_t at = 0; at < SIZE; at += sizeof(buf)) {
		if (pread(fd, buf, sizeof(buf), at) != sizeof(buf))
			perror("pread");
		printf("%8ld %08x\n", (long)at, sum(buf, sizeof(buf)));
	}
	show("part at the end", pread(fd, buf, 4096, SIZE - 100));
	show("close", close(fd));
	return 0;
}
