/* A large file, mapped in all ways: where the image lies in the guest's memory, its pages are mapped where they are, 2 MB
 * at a time, and what takes such a piece apart must leave the file and all other mappings as they were. Each line counts
 * bytes that are not what they should be. The file's name is the only argument. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE	4096L
#define HUGE	(2L << 20)

static long size;
static int fd;
static sigjmp_buf back;

static unsigned char want(long at) { return at * 7 + (at >> 12) * 13 + (at >> 21); }

/* Bytes of P, which shows the file from OFFSET on, one of each 61, that are wrong. */
static long wrong(const unsigned char *p, long offset, long n)
{
	long bad = 0;

	for (long i = 0; i < n; i += 61)
		bad += p[i] != want(offset + i);
	return bad;
}

static unsigned char *map(long offset, long n, int prot, int flags)
{
	unsigned char *p = mmap(NULL, n, prot, flags, fd, offset);

	if (p == MAP_FAILED) {
		printf("mmap: %s\n", strerror(errno));
		exit(1);
	}
	return p;
}

static void caught(int sig) { siglongjmp(back, sig); }

static int faults(volatile unsigned char *p, int write)
{
	int sig = sigsetjmp(back, 1);

	if (!sig) {
		if (write)
			*p = 1;
		else
			(void)*p;
	}
	return sig;
}

static void reads(void)
{
	unsigned char *p = map(0, size, PROT_READ, MAP_PRIVATE), *q = map(0, size, PROT_READ, MAP_SHARED);

	printf("read: %ld, shared %ld, from the middle %ld\n", wrong(p, 0, size), wrong(q, 0, size),
	       wrong(map(3 * PAGE, size - 3 * PAGE, PROT_READ, MAP_PRIVATE), 3 * PAGE, size - 3 * PAGE));
	long tail = -size & (PAGE - 1), bad = 0;
	for (long i = 0; i < tail; i++)
		bad += p[size + i] != 0;
	printf("behind the end: %ld of %d not zero\n", bad, tail > 0);
	printf("to be written: %s\n", mmap(NULL, size, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED ? strerror(errno) : "mapped");
	printf("stores fault: %d %d\n", faults(p + HUGE, 1), faults(q + HUGE, 1));
	char *more = (char *)map(0, size + 4 * PAGE, PROT_READ, MAP_PRIVATE);
	printf("behind its last page: %d\n", faults((unsigned char *)more + size + 2 * PAGE, 0) == SIGBUS);
}

/* Stores to a private mapping, first or after everything was read, are its own. */
static void copies(int read_first)
{
	unsigned char *p = map(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	long bad = read_first ? wrong(p, 0, size) : 0;

	for (long at = 5; at < size; at += 37 * PAGE)
		p[at] ^= 0xff;
	for (long at = 5; at < size; at += 37 * PAGE) {
		bad += p[at] != (unsigned char)~want(at);
		p[at] ^= 0xff;
	}
	bad += wrong(p, 0, size);
	printf("copies: %ld, the file %ld\n", bad, wrong(map(0, size, PROT_READ, MAP_PRIVATE), 0, size));
}

static void parts(void)
{
	unsigned char *p = map(0, size, PROT_READ, MAP_PRIVATE);
	long bad = wrong(p, 0, size);

	printf("protect: %d", mprotect(p + HUGE / 2, PAGE, PROT_NONE));
	printf(" %d", faults(p + HUGE / 2, 0));
	printf(" %d", faults(p + HUGE / 2 - 1, 0));
	printf(" %d", mprotect(p, size, PROT_READ | PROT_WRITE));
	p[HUGE / 2] ^= 1;
	bad += wrong(p + HUGE / 2 + 61, HUGE / 2 + 61, size - HUGE / 2 - 61);
	printf(", unmap %d", munmap(p + HUGE + PAGE, PAGE));
	printf(" %d", faults(p + HUGE + PAGE, 0));
	bad += wrong(p, 0, HUGE / 2) + wrong(p + HUGE + 2 * PAGE, HUGE + 2 * PAGE, size - HUGE - 2 * PAGE);
	unsigned char *q = mremap(p + 2 * HUGE, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, map(0, HUGE, PROT_NONE, MAP_PRIVATE));
	printf(", move %d", q == MAP_FAILED);
	bad += wrong(q, 2 * HUGE, HUGE);
	printf(", forget %d", madvise(q, HUGE - 3 * PAGE, MADV_DONTNEED));
	bad += wrong(q, 2 * HUGE, HUGE);
	printf(": %ld\n", bad);
}

/* The kernel's own ways to the contents, into mappings of the file and out of them. */
static void calls(void)
{
	unsigned char *p = map(0, size, PROT_READ, MAP_PRIVATE), *w = map(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	unsigned char *buf = malloc(size);
	long bad = pread(fd, buf, size, 0) != size;
	int pipes[2];

	bad += wrong(buf, 0, size);
	bad += pread(fd, w + HUGE - 100, 3 * PAGE, 7) != 3 * PAGE || wrong(w + HUGE - 100, 7, 3 * PAGE);
	bad += wrong(p, 0, size);
	bad += pipe(pipes) || write(pipes[1], p + HUGE - 50, 5000) != 5000 || read(pipes[0], buf, 5000) != 5000 || wrong(buf, HUGE - 50, 5000);
	printf("calls: %ld\n", bad);
	long n = read(fd, p, 10);
	printf("into what is only read: %ld %s\n", n, strerror(errno));
	unsigned char first[8];
	memcpy(first, p + 100 * PAGE, sizeof(first));
	fwrite(first[0] == want(100 * PAGE) ? "written from there\n" : "wrong\n", 1, first[0] == want(100 * PAGE) ? 19 : 6, stdout);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct stat st;

	signal(SIGSEGV, caught);
	signal(SIGBUS, caught);
	fd = open(argv[1], O_RDONLY);
	if (fd < 0 || fstat(fd, &st)) {
		perror(argv[1]);
		return 1;
	}
	size = st.st_size;
	reads();
	copies(0);
	copies(1);
	parts();
	calls();
	return 0;
}
