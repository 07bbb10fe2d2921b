// A file that is larger than memory, mapped and read all over; and what was written to, which must stay.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = open(argv[1], O_RDONLY), keep = memfd_create("keep", 0);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return puts("no file"), 1;
	size_t words = st.st_size / 8, step = 512;
	uint64_t *shared = mmap(NULL, st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	uint64_t *copy = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	ftruncate(keep, 1 << 20);
	uint64_t *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, keep, 0);
	for (size_t i = 0; i < 1 << 17; i += step)
		memory[i] = i ^ 42;
	long bad = 0, lost = 0;
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < words; i += step) {
			bad += shared[i] != i;
			bad += copy[i] != (i % (step * 64) || !round ? i : ~i);
			if (i % (step * 64) == 0 && !round)
				copy[i] = ~i;	// one page of 64 is ours from now on
		}
	for (size_t i = 0; i < 1 << 17; i += step)
		lost += memory[i] != (i ^ 42);
	printf("%ld wrong, %ld lost\n", bad, lost);
	return 0;
}
