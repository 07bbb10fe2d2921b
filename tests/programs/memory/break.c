/* brk() and sbrk(), beside a malloc() that may want the same memory. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

void *__sbrk(intptr_t);

static char *blocks[2000];

static void allocate(int seed)
{
	for (int i = 0; i < 2000; i++) {
		free(blocks[i]);
		if ((blocks[i] = malloc(1 + (i * 37 + seed) % 3000)))
			memset(blocks[i], seed, 1 + (i * 37 + seed) % 3000);
	}
}

extern void *__curbrk;

int main(void)
{
	allocate(1);
	char *start = sbrk(0);
	printf("%d %d\n", start != (char *)-1, brk(start + 5000));
	memset(start, 7, 5000);
	allocate(2);
	char *second = sbrk(10000);
	printf("%ld\n", (long)(second - start));
	memset(second, 8, 10000);
	allocate(3);
	int kept = 1;
	for (int i = 0; i < 15000; i++)
		kept &= start[i] == (i < 5000 ? 7 : 8);
	printf("kept %d\n", kept);
	printf("%ld ", (long)((char *)sbrk(-12000) - start));
	printf("%ld\n", (long)((char *)__sbrk(0) - start));
	printf("%d ", __curbrk == sbrk(0));
	sbrk(100);
	printf("%ld\n", (long)((char *)__curbrk - start));
	sbrk(-100);
	errno = 0;
	printf("%d ", sbrk(INTPTR_MAX) == (void *)-1);
	printf("%d ", errno);
	errno = 0;
	printf("%d ", sbrk(-(start - (char *)0) - 4000) == (void *)-1);
	printf("%d\n", errno);
	struct rlimit r = { RLIM_INFINITY, RLIM_INFINITY };
	getrlimit(RLIMIT_DATA, &r);
	r.rlim_cur = 4096;
	setrlimit(RLIMIT_DATA, &r);
	errno = 0;
	printf("%d ", brk(start + (8 << 20)));
	printf("%d\n", errno);
	allocate(4);
	return 0;
}
