/* Uses so many MB of memory, a page of each 2 MB, and finds in each what was put there. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

int main(int argc, char **argv)
{
	size_t step = 2 << 20, n = strtoul(argv[1], 0, 10) << 20;
	char *p = mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return 1;
	for (size_t at = 0; at < n; at += step) {
		if (*(size_t *)(p + at))
			return 2;
		*(size_t *)(p + at) = ~at;
	}
	for (size_t at = 0; at < n; at += step)
		if (*(size_t *)(p + at) != ~at)
			return 3;
	printf("%zu MB\n", n >> 20);
	return 0;
}
