// Files that are larger than memory, read and mapped all over in every way; and what was written to, which must stay.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEP 512	// words a page; its first one is its place, or 0 in a hole
#define CHUNK (STEP * 64)

static int fd;
static size_t words, hole;	// of HOLE pages one has data

static uint64_t *map(int prot, int flags, size_t from, size_t n)
{
	void *p = mmap(NULL, n * 8, prot, flags, fd, from * 8);

	if (p == MAP_FAILED)
		perror("mmap"), exit(1);
	return p;
}

static uint64_t at(size_t i) { return i / STEP % hole ? 0 : i; }

static long scan(const uint64_t *p, size_t from, size_t n)
{
	long bad = 0;

	for (size_t i = 0; i < n; i += STEP)
		bad += p[i] != at(from + i);
	return bad;
}

static long whole(int prot, int flags)
{
	uint64_t *p = map(prot, flags, 0, words);
	long bad = scan(p, 0, words);

	munmap(p, words * 8);
	return bad;
}

static long small_areas(void)
{
	long bad = 0;

	for (size_t i = 0; i < words; i += CHUNK) {
		size_t n = words - i < CHUNK ? words - i : CHUNK;
		bad += scan(map(PROT_READ, MAP_PRIVATE, i, n), i, n);	// all of them stay mapped
	}
	return bad;
}

static long by_read(void)
{
	static uint64_t buf[CHUNK];
	size_t done = 0;
	long bad = 0, n;

	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		bad += scan(buf, done, n / 8);
		done += n / 8;
	}
	return bad + (done != words);
}

static long to_pipe(void)	// a system call reads the mapping
{
	uint64_t *p = map(PROT_READ, MAP_SHARED, 0, words), got[STEP];
	int ends[2];
	long bad = 0;

	if (pipe(ends))
		return 1;
	for (size_t i = 0; i < words; i += STEP) {
		bad += write(ends[1], p + i, sizeof(got)) != sizeof(got) || read(ends[0], got, sizeof(got)) != sizeof(got);
		bad += got[0] != at(i);
	}
	munmap(p, words * 8);
	close(ends[0]);
	close(ends[1]);
	return bad;
}

static void *thread(void *flags)
{
	return (void *)(whole(PROT_READ, (intptr_t)flags) + whole(PROT_READ, (intptr_t)flags));
}

static long threads(void)
{
	pthread_t one, other;
	void *bad, *more;

	pthread_create(&one, NULL, thread, (void *)MAP_PRIVATE);
	pthread_create(&other, NULL, thread, (void *)MAP_SHARED);
	pthread_join(one, &bad);
	pthread_join(other, &more);
	return (long)bad + (long)more;
}

static long copies(void)	// of 64 pages one is ours after the first round
{
	uint64_t *shared = map(PROT_READ, MAP_SHARED, 0, words), *copy = map(PROT_READ | PROT_WRITE, MAP_PRIVATE, 0, words);
	long bad = 0;

	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < words; i += STEP) {
			bad += shared[i] != at(i);
			bad += copy[i] != (i % (STEP * 64) || !round ? at(i) : ~i);
			if (i % (STEP * 64) == 0 && !round)
				copy[i] = ~i;
		}
	munmap(shared, words * 8);
	munmap(copy, words * 8);
	return bad;
}

int main(int argc, char **argv)
{
	int keep = memfd_create("keep", 0);
	long lost = 0;

	ftruncate(keep, 1 << 20);
	uint64_t *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, keep, 0);
	for (size_t i = 0; i < 1 << 17; i += STEP)
		memory[i] = i ^ 42;
	for (int i = 1; i < argc; i++) {
		struct stat st;
		hole = strstr(argv[i], "holes") ? 16 : 1;
		if ((fd = open(argv[i], O_RDONLY)) < 0 || fstat(fd, &st))
			return perror("open"), 1;
		words = st.st_size / 8;
		printf("private %ld, shared %ld, ", whole(PROT_READ, MAP_PRIVATE), whole(PROT_READ, MAP_SHARED));
		printf("code %ld, in pieces %ld, ", whole(PROT_READ | PROT_EXEC, MAP_PRIVATE), small_areas());
		printf("read %ld, written %ld, two threads %ld, copies %ld wrong\n", by_read(), to_pipe(), threads(), copies());
	}
	for (size_t i = 0; i < 1 << 17; i += STEP)
		lost += memory[i] != (i ^ 42);
	printf("%ld lost\n", lost);
	return 0;
}
