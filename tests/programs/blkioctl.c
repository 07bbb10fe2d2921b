/* What a disk says of itself, and discarding. Run on a disk of 1 MB whose bytes are all 0x5a. */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int fd;
static char buf[100];

static void show(const char *what, long n)
{
	printf("%s: %ld%s%s\n", what, n, n < 0 ? " " : "", n < 0 ? strerror(errno) : "");
}

static void clear(const char *what, unsigned long cmd, uint64_t start, uint64_t len)
{
	uint64_t range[2] = { start, len };
	show(what, ioctl(fd, cmd, range));
}

static void byte(long at)
{
	unsigned char c = 0xff;
	pread(fd, &c, 1, at);
	printf("%ld is %02x\n", at, c);
}

int main(int argc, char **argv)
{
	int readonly = argc > 2, i = -1;
	uint64_t bytes = 0;
	unsigned long sectors = 0;
	size_t block = 0;
	struct stat st;

	fd = open(argv[1], O_RDWR);
	show("open", fd < 0 ? fd : 0);
	fstat(fd, &st);
	printf("mode %o, device %u:%u, size %ld\n", st.st_mode, major(st.st_rdev), minor(st.st_rdev), (long)st.st_size);
	show("BLKGETSIZE64", ioctl(fd, BLKGETSIZE64, &bytes)), printf("%lu\n", (unsigned long)bytes);
	show("BLKGETSIZE", ioctl(fd, BLKGETSIZE, &sectors)), printf("%lu\n", sectors);
	show("BLKSSZGET", ioctl(fd, BLKSSZGET, &i)), printf("%d\n", i);
	show("BLKBSZGET", ioctl(fd, BLKBSZGET, &block)), printf("%d\n", (int)block);
	show("BLKROGET", ioctl(fd, BLKROGET, &i)), printf("%d\n", i);
	show("BLKFLSBUF", ioctl(fd, BLKFLSBUF, 0));
	show("TCGETS", ioctl(fd, 0x5401, buf));
	show("past the end", lseek(fd, 1048577, SEEK_SET));
	show("write at the end", pwrite(fd, "x", 1, 1048576));
	show("write over the end", pwrite(fd, "xyz", 3, 1048574));
	show("write", pwrite(fd, "x", 1, 0));
	show("mmap", mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? -1 : 0);
	clear("discard", BLKDISCARD, 4096, 65536);
	clear("discard, odd", BLKDISCARD, 1, 512);
	clear("discard over the end", BLKDISCARD, 1048576 - 512, 1024);
	clear("zero", BLKZEROOUT, 131072, 1024);
	for (long k = readonly ? 6 : 0; k < 6; k++)
		byte((long[]){ 4095, 4096, 69631, 69632, 131072, 132096 }[k]);
	close(fd);
	fd = open(argv[1], O_RDONLY);
	clear("discard, opened to read", BLKDISCARD, 4096, 512);
	show("write, opened to read", write(fd, "x", 1));
	return 0;
}
