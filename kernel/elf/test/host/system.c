/* What the loader asks of memory and files, on the host. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "host.h"

static struct { unsigned long start, end; } maps[4096];
static unsigned map_count;

int host_mapped(unsigned long a)
{
	for (unsigned i = 0; i < map_count; i++)
		if (a >= maps[i].start && a < maps[i].end)
			return 1;
	return 0;
}

static int ours(unsigned long start, unsigned long end)
{
	for (unsigned i = 0; i < map_count; i++)
		if (start >= maps[i].start && end <= maps[i].end)
			return 1;
	return 0;
}

/* MAP_FIXED may replace what vm_map() made, and nothing of the harness. */
long host_map(unsigned long addr, unsigned long len, int prot, int flags, int fd, unsigned long offset)
{
	if (map_count == 4096 || len > 1UL << 40)
		return -12;
	flags |= MAP_NORESERVE;
	if (flags & MAP_FIXED && !ours(addr, addr + len))
		flags = (flags & ~MAP_FIXED) | MAP_FIXED_NOREPLACE;
	void *p = mmap((void *)addr, len, prot, flags, fd, offset);
	if (p == MAP_FAILED)
		return -12;
	if (flags & MAP_FIXED_NOREPLACE && (unsigned long)p != addr) {
		munmap(p, len);
		return -12;
	}
	maps[map_count].start = (unsigned long)p;
	maps[map_count++].end = (unsigned long)p + ((len + 4095) & -4096UL);
	return (long)p;
}

long host_protect(unsigned long addr, unsigned long len, int prot)
{
	return mprotect((void *)addr, len, prot) ? -12 : 0;
}

long host_unmap(unsigned long addr, unsigned long len)
{
	return munmap((void *)addr, len) ? -22 : 0;
}

long host_open(const char *path, unsigned long *size, unsigned *mode)
{
	char full[4096];
	struct stat st;

	snprintf(full, sizeof(full), "%s%s", test_folder, path);
	int fd = open(full, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		return -1;
	*size = st.st_size;
	*mode = st.st_mode;
	return fd;
}

long host_read(int fd, void *buf, unsigned long n, unsigned long pos)
{
	return pread(fd, buf, n, pos);
}

void host_panic(const char *s)
{
	printf("PANIC %s\n", s);
	fflush(stdout);
	_exit(0);
}
