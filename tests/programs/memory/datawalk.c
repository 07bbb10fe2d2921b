/* A program's data is its file's until it is written to, page by page: what writes copy beside each other is the file's, and
 * nothing that another thread wrote is lost. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define N	(1 << 18)
#define THREADS	4
#define PAGE	4096

static int data[N] __attribute__((aligned(PAGE))) = { [0 ... N - 1] = 7 };

/* Each goes through all pages, half of them from the end, and writes its own words. */
static void *walk(void *arg)
{
	long t = (long)arg;

	for (long k = 0; k < N; k += THREADS) {
		long i = (t & 1 ? N - THREADS - k : k) + t;
		data[i] += i + (i % 512 ? 0 : data[(i + 1024) % N] * 0);
	}
	return NULL;
}

static void threads(void)
{
	pthread_t t[THREADS];
	long wrong = 0;

	for (long k = 0; k < THREADS; k++)
		pthread_create(&t[k], NULL, walk, (void *)k);
	for (int k = 0; k < THREADS; k++)
		pthread_join(t[k], NULL);
	for (int i = 0; i < N; i++)
		wrong += data[i] != 7 + i;
	printf("threads: %ld words are wrong\n", wrong);
}

/* Some pages of the program's own file are written to, in an order that seed makes. */
static void own_file(unsigned seed, int mostly_forward)
{
	int fd = open("/proc/self/exe", O_RDONLY), pages = 200, wrong = 0;
	unsigned char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0), want[PAGE];
	char written[256] = { 0 };

	for (int k = 0; k < 150; k++) {
		seed = seed * 1103515245 + 12345;
		int page = mostly_forward && seed >> 16 & 7 ? k : (seed >> 16) % pages;
		if (seed >> 20 & 1)
			wrong += p[page * PAGE + 9] != p[page * PAGE + 9];	/* read first */
		p[page * PAGE + 5] ^= written[page] ? 0 : 0xff;
		written[page] = 1;
	}
	for (int page = 0; page < pages; page++) {
		if (pread(fd, want, PAGE, page * PAGE) != PAGE)
			abort();
		want[5] ^= written[page] ? 0xff : 0;
		wrong += memcmp(want, p + page * PAGE, PAGE) != 0;
	}
	printf("own file %u: %d pages are wrong\n", mostly_forward, wrong);
	munmap(p, pages * PAGE);
	close(fd);
}

/* A page that was not written to shows what a file that changes holds. */
static void changing_file(void)
{
	char name[] = "/tmp/datawalkXXXXXX", c;
	int fd = mkstemp(name), pages = 64;

	unlink(name);
	for (int k = 0; k < pages; k++)
		pwrite(fd, "a", 1, k * PAGE);
	ftruncate(fd, pages * PAGE);
	char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	for (int k = 0; k < 32; k++)
		p[k * PAGE + 1] = 'w';
	for (int k = 0; k < pages; k++)
		pwrite(fd, "b", 1, k * PAGE);
	printf("changing file:");
	for (int k = 0; k < pages; k += 9)
		printf(" %c", p[k * PAGE]);
	pread(fd, &c, 1, PAGE + 1);
	printf(", %d in it\n", c);
}

/* Written pages stay what they are when they may not be written to any more, and then again. */
static void protected(void)
{
	int fd = open("/proc/self/exe", O_RDONLY), sum = 0;
	unsigned char *p = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0), first = p[63 * PAGE];

	for (int k = 0; k < 16; k++)
		p[k * PAGE] = k;
	mprotect(p, 64 * PAGE, PROT_READ);
	for (int k = 0; k < 16; k++)
		sum += p[k * PAGE];
	mprotect(p, 64 * PAGE, PROT_READ | PROT_WRITE);
	for (int k = 0; k < 63; k++)
		p[k * PAGE] = k;
	for (int k = 0; k < 63; k++)
		sum += p[k * PAGE];
	printf("protected: %d, the last %s\n", sum, p[63 * PAGE] == first ? "as it was" : "changed");
}

int main(void)
{
	threads();
	own_file(1, 0);
	own_file(2, 1);
	changing_file();
	protected();
}
