/* 512 MB reserved and touched here and there, 64 MB touched throughout. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

int main(void)
{
	size_t sparse = 512u << 20, dense = 64u << 20;
	char *p = malloc(sparse), *q;
	unsigned long sum = 0;

	if (!p)
		return 1;
	for (size_t i = 0; i < sparse; i += 16 << 20)
		p[i] = i >> 24;
	for (size_t i = 0; i < sparse; i += 16 << 20)
		sum += (unsigned char)p[i];
	printf("sparse %lu, untouched %d\n", sum, p[12345]);
	free(p);

	q = malloc(dense);
	memset(q, 0x5a, dense);
	sum = 0;
	for (size_t i = 0; i < dense; i += 4093)
		sum += (unsigned char)q[i];
	printf("dense %lu\n", sum);
	q = realloc(q, dense + (8 << 20));
	printf("grown keeps %x\n", q[dense - 1]);
	free(q);

	for (int i = 0; i < 50; i++) {
		p = mmap(NULL, 32 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (p == MAP_FAILED)
			return 2;
		memset(p, i, 1 << 20);
		munmap(p, 32 << 20);
	}
	printf("too much: %d\n", malloc((size_t)1 << 62) == NULL);
	return 0;
}
