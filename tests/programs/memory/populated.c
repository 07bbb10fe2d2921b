/* Pages of a private mapping that were read and then got copies without a store: by madvise(2), by mlock(2). What the file becomes
 * after that does not show in them. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { P = 4096, PAGES = 8 };

static char bytes[PAGES * P];

static int put(int fd, int c)
{
	memset(bytes, c, sizeof bytes);
	return pwrite(fd, bytes, sizeof bytes, 0) == sizeof bytes;
}

int main(void)
{
	int fd = open("/tmp/populated", O_RDWR | O_CREAT | O_TRUNC, 0600);

	for (int lock = 0; lock < 2; lock++) {
		int ok = put(fd, 'a'), seen = 0;
		volatile char *m = mmap(NULL, sizeof bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

		for (int i = 0; i < PAGES; i++)
			seen += m[i * P] == 'a';
		ok &= (lock ? mlock((void *)m, sizeof bytes) : madvise((void *)m, sizeof bytes, MADV_POPULATE_WRITE)) == 0;
		ok &= put(fd, 'b');
		printf("%d %d:", ok, seen);
		for (int i = 0; i < PAGES; i++)
			printf(" %c", m[i * P]);
		printf("\n");
		munmap((void *)m, sizeof bytes);
	}
	unlink("/tmp/populated");
	return 0;
}
