// memmove() at every distance, and areas that come and go in no order: what the kernel moves for each.
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define AREAS 5000

static long moved_wrong(void)
{
	static unsigned char a[700], b[700];
	void *(*volatile move)(void *, const void *, size_t) = memmove;
	long wrong = 0;

	for (int n = 0; n < 70; n++)
		for (int from = 0; from < 9; from++)
			for (int to = 0; to < 60; to++) {
				for (unsigned i = 0; i < sizeof(a); i++)
					a[i] = b[i] = i * 7 + n;
				unsigned char copy[200];
				for (int i = 0; i < n; i++)
					copy[i] = a[from + i];
				for (int i = 0; i < n; i++)
					a[to + i] = copy[i];
				wrong += move(b + to, b + from, n) != b + to || memcmp(a, b, sizeof(a));
			}
	return wrong;
}

static unsigned order[AREAS];

static void shuffle(unsigned seed)
{
	for (unsigned i = 0; i < AREAS; i++)
		order[i] = i;
	for (unsigned i = AREAS - 1; i; i--) {
		seed = seed * 1103515245 + 12345;
		unsigned j = (seed >> 8) % (i + 1), t = order[i];
		order[i] = order[j];
		order[j] = t;
	}
}

int main(void)
{
	size_t step = 8192;
	char *base = mmap(NULL, AREAS * step, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
	long failed = 0;

	printf("wrong %ld\n", moved_wrong());
	munmap(base, AREAS * step);
	shuffle(1);
	for (unsigned i = 0; i < AREAS; i++)
		failed += mmap(base + order[i] * step, 4096, PROT_READ | PROT_WRITE, flags, -1, 0) != base + order[i] * step;
	for (unsigned i = 0; i < AREAS; i += 100)
		base[i * step] = i / 100;
	shuffle(2);
	for (unsigned i = 0; i < AREAS; i++)
		failed += !!mprotect(base + order[i] * step, 4096, PROT_READ);
	for (unsigned i = 0; i < AREAS; i += 100)
		failed += base[i * step] != (char)(i / 100);
	shuffle(3);
	for (unsigned i = 0; i < AREAS; i++)
		failed += !!munmap(base + order[i] * step, 4096);
	printf("failed %ld, free %d\n", failed, mmap(base, AREAS * step, PROT_NONE, flags, -1, 0) == base);
	return 0;
}
