/* MAP_32BIT: addresses of 31 bits, apart from each other, until there are none; a hint counts if it is low and free. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <fcntl.h>

#define ANY (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)
#define MB (1UL << 20)

static void *map(void *hint, size_t n, int flags) { return mmap(hint, n, PROT_READ | PROT_WRITE, ANY | flags, -1, 0); }

static int low(void *p, size_t n) { return p != MAP_FAILED && (unsigned long)p >= 0x40000000 && (unsigned long)p + n <= 0x80000000; }

int main(int argc, char **argv)
{
	char *a = map(NULL, 1, MAP_32BIT), *b = map(NULL, 100 * MB, MAP_32BIT), *c = map(NULL, 4096, MAP_32BIT);
	int n = 0, fd = open(argv[0], O_RDONLY);

	(void)argc;
	printf("%d %d %d\n", low(a, 4096), low(b, 100 * MB), low(c, 4096));
	strcpy(a, "usable");
	b[100 * MB - 1] = 1;
	printf("%s, apart: %d\n", a, a != c && (c >= b + 100 * MB || c < b));
	printf("file %d\n", low(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_32BIT, fd, 0), 4096));
	printf("populated %d\n", low(map(NULL, 65536, MAP_32BIT | MAP_POPULATE), 65536));
	printf("hint taken %d\n", map((void *)0x7f000000, 4096, MAP_32BIT) == (void *)0x7f000000);
	printf("hint in use %d\n", low(map((void *)0x7f000000, 4096, MAP_32BIT), 4096));
	printf("high hint %d\n", low(map((void *)0x7f0000000000, 4096, MAP_32BIT), 4096));
	printf("fixed elsewhere %d\n", map((void *)0x600000000000, 4096, MAP_32BIT | MAP_FIXED) == (void *)0x600000000000);
	while (n < 100 && low(map(NULL, 64 * MB, MAP_32BIT), 64 * MB))
		n++;
	printf("filled %d, then %s\n", n > 8 && n < 16, strerror(errno));
	printf("elsewhere %d\n", map(NULL, 64 * MB, 0) != MAP_FAILED);
	return 0;
}
