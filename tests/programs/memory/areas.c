// Areas that come, go and are cut at random, against a model of each page; many at once; and far more than is touched.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGES 3000
#define PAGE 4096ul
#define MANY 16000

static char *arena;
static char model[PAGES];	// 0: nothing is mapped
static const int prots[] = { 0, PROT_READ, PROT_READ | PROT_WRITE, PROT_NONE };

static int check(void)
{
	static char now[PAGES];
	char line[400], r, w;
	unsigned long from, to;
	FILE *f = fopen("/proc/self/maps", "r");

	memset(now, 0, PAGES);
	while (fgets(line, sizeof(line), f)) {
		sscanf(line, "%lx-%lx %c%c", &from, &to, &r, &w);
		for (unsigned long a = from; a < to; a += PAGE)
			if (a >= (unsigned long)arena && a < (unsigned long)arena + PAGES * PAGE)
				now[(a - (unsigned long)arena) / PAGE] = w == 'w' ? 2 : r == 'r' ? 1 : 3;
	}
	fclose(f);
	return memcmp(now, model, PAGES) != 0;
}

static unsigned seed = 1;
static unsigned roll(unsigned n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static int all_mapped(unsigned at, unsigned n)
{
	for (unsigned i = at; i < at + n; i++)
		if (!model[i])
			return 0;
	return 1;
}

static int one(void)
{
	unsigned at = roll(PAGES), n = 1 + roll(roll(10) ? 6 : 300), kind = 1 + roll(3);
	char *p = arena + at * PAGE;

	if (n > PAGES - at)
		n = PAGES - at;
	switch (roll(4)) {
	case 0:
		memset(model + at, 0, n);
		return munmap(p, n * PAGE) != 0;
	case 1:
		if (!all_mapped(at, n))
			return mprotect(p, n * PAGE, PROT_READ) != -1 || (memset(model, 0, PAGES), munmap(arena, PAGES * PAGE));
		memset(model + at, kind, n);
		return mprotect(p, n * PAGE, prots[kind]) != 0;
	default:
		memset(model + at, kind, n);
		if (mmap(p, n * PAGE, prots[kind], MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != p)
			return 1;
		if (kind == 2)
			*p = 1;
		return 0;
	}
}

int main(void)
{
	int bad = 0;

	arena = mmap((void *)0x100000000000, PAGES * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);	// far from all others
	memset(model, 3, PAGES);
	for (int round = 0; round < 40; round++) {
		for (int i = 0; i < 400; i++)
			bad += one();
		bad += check();
	}
	printf("%d wrong\n", bad);
	munmap(arena, PAGES * PAGE);

	static char *many[MANY];
	for (int i = 0; i < MANY; i++) {
		many[i] = mmap(NULL, PAGE, i & 1 ? PROT_READ : PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		bad += many[i] == MAP_FAILED;
		if (!(i & 1))
			*many[i] = i;
	}
	for (int i = 0; i < MANY; i += 2)
		bad += *many[i] != (char)i;
	for (int i = 0; i < MANY; i += 3)
		bad += munmap(many[i], PAGE) != 0;
	for (int i = 0; i < MANY; i++)
		bad += munmap(many[i], PAGE) != 0;
	printf("%d wrong\n", bad);

	size_t huge = 32ul << 40;
	char *p = mmap(NULL, huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	p[0] = p[huge / 2] = p[huge - 1] = 1;
	printf("%d\n", munmap(p, huge));
	p = mmap(p, huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	printf("%d %d %d\n", p[0], p[huge / 2], p[huge - 1]);
	printf("%d\n", munmap(p, huge));
	return 0;
}
