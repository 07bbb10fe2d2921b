/* Many allocations of all sizes, resized and freed in a scrambled order. */
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t state = 1;

static uint32_t next(void)
{
	state = state * 1664525 + 1013904223;
	return state >> 8;
}

int main(void)
{
	enum { N = 4000 };
	static unsigned char *p[N];
	static size_t size[N];
	int bad = 0, odd = 0;
	void *aligned;

	for (int round = 0; round < 40000; round++) {
		int i = next() % N;
		if (p[i] && (p[i][0] != (i & 255) || p[i][size[i] - 1] != (i & 255)))
			bad++;
		if (next() % 3 == 0) {
			free(p[i]);
			p[i] = NULL;
			continue;
		}
		size[i] = 1 + next() % (next() % 50 == 0 ? 200000 : 500);
		p[i] = realloc(p[i], size[i]);
		odd += (uintptr_t)p[i] % 16 != 0;
		p[i][0] = p[i][size[i] - 1] = i;
	}
	for (int i = 0; i < N; i++)
		free(p[i]);
	printf("bad %d, misaligned %d\n", bad, odd);
	for (size_t a = 16; a <= 1 << 21; a *= 8) {
		if (posix_memalign(&aligned, a, 100))
			return 1;
		printf("aligned to %zu: %d\n", a, (uintptr_t)aligned % a == 0);
		free(aligned);
	}
	aligned = aligned_alloc(4096, 8192);
	printf("usable %d\n", malloc_usable_size(aligned) >= 8192);
	free(aligned);
	unsigned char *z = calloc(1000, 1000);
	int nonzero = 0;
	for (int i = 0; i < 1000000; i++)
		nonzero += z[i];
	printf("calloc %d, overflow %d\n", nonzero, calloc((size_t)1 << 33, (size_t)1 << 33) == NULL);
	free(z);
	return bad || odd;
}
