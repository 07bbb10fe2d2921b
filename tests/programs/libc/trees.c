// Search trees, hash tables and what else <search.h> has, at random: what is found, where each node is, how often is compared, what is full.
#define _GNU_SOURCE
#include <errno.h>
#include <search.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 1;
static int compared, depths;

static uint32_t random32(void)
{
	state = state * 6364136223846793005 + 1442695040888963407;
	return state >> 33 ^ state >> 48;
}

static int compare(const void *a, const void *b) { compared++; return strcmp(a, b); }
static void show(const void *n, VISIT v, int depth) { printf("%s/%d/%d ", *(char *const *)n, v, depth), depths += depth; }
static void count(const void *n, VISIT v, void *sum) { *(int *)sum += v + 1; }
static void gone(void *key) { printf("-%s ", (char *)key); }

static void tree(char **keys, int n)
{
	void *root = NULL;
	int sum = 0;

	for (int i = 0; i < n; i++) {
		char *k = keys[random32() % 64];
		switch (random32() % 5) {
		case 0: printf("?%d ", tfind(k, &root, compare) != NULL); break;
		case 1: case 2: printf("-%d ", tdelete(k, &root, compare) != NULL); break;
		default: printf("+%s ", *(char **)tsearch(k, &root, compare));
		}
	}
	printf("%d\n", compared), twalk(root, show), twalk_r(root, count, &sum), printf("%d\n", sum), tdestroy(root, gone), printf("\n");
}

static void table(char **keys)
{
	struct hsearch_data h = { 0 };
	ENTRY *found, *kept = NULL;

	errno = 0, printf("%d", hcreate_r(random32() % 40, &h)), printf(" of %u:", h.size);
	for (int i = 0; i < 80; i++) {
		ENTRY e = { keys[random32() % 64], (void *)(long)i };
		errno = 0;
		int r = hsearch_r(e, random32() % 3 ? ENTER : FIND, &found, &h);
		printf(" %d/%d/%ld", r, r ? 0 : errno, found ? (long)found->data : -1);
		if (!kept && found)
			kept = found;
	}
	printf(" kept %ld\n", kept ? (long)kept->data : -1), printf("%d ", hcreate_r(5, &h)), hdestroy_r(&h);
	errno = 0, printf("%d", hcreate_r(5, NULL)), printf(" %d\n", errno);
}

static int by_number(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

static void lists(void)
{
	struct { void *next, *before; int n; } q[20] = { 0 }, *p;
	int array[100];
	size_t n = 0;

	for (int i = 0; i < 80; i++) {
		int k = random32() % 30, *r = random32() % 2 ? lsearch(&k, array, &n, sizeof k, by_number) : lfind(&k, array, &n, sizeof k, by_number);
		printf("%td/%zu ", r ? r - array : -1, n);
	}
	insque(&q[0], NULL);
	for (int i = 1; i < 20; i++)
		q[i].n = i, insque(&q[i], &q[random32() % i]);
	remque(&q[7]), remque(&q[3]);
	for (p = q; p; p = p->next)
		printf("%d ", p->n);
	printf("\n");
}

int main(void)
{
	static char text[64][8];
	char *keys[64];

	for (int round = 0; round < 40; round++) {
		for (int i = 0; i < 64; i++)
			sprintf(keys[i] = text[i], "k%u", random32() % 100);
		tree(keys, random32() % 300), table(keys), lists();
	}
	printf("%d %d\n", compared, depths);
	return 0;
}
