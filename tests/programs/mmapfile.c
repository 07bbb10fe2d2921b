/* Files mapped: private, shared, past the end, protection, anonymous, remap. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void)
{
	const char *name = "/tmp/uk-map";
	int fd = open(name, O_CREAT | O_RDWR | O_TRUNC, 0600);
	char buf[32], *p, *q;

	ftruncate(fd, 10000);
	pwrite(fd, "file data", 9, 4096);
	p = mmap(NULL, 10000, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	printf("private reads <%s>\n", p + 4096);
	memcpy(p + 4096, "PRIV", 4);
	pread(fd, buf, 9, 4096);
	printf("file keeps <%.9s>, map has <%.9s>\n", buf, p + 4096);
	munmap(p, 10000);

	p = mmap(NULL, 10000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	memcpy(p + 8192, "shared write", 12);
	pread(fd, buf, 12, 8192);
	printf("file has <%.12s>\n", buf);
	pwrite(fd, "through", 7, 100);
	printf("map has <%.7s>\n", p + 100);
	q = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 8192);
	printf("second map <%.12s>\n", q);
	printf("rest of the last page is zero: %d\n", q[3000] == 0);
	munmap(p, 10000);
	munmap(q, 4096);
	printf("unaligned offset: %d", mmap(NULL, 1, PROT_READ, MAP_PRIVATE, fd, 5) == MAP_FAILED);
	printf(" %s\n", strerror(errno));
	close(fd);
	unlink(name);

	p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	strcpy(p, "moves");
	printf("mprotect %d\n", mprotect(p + 8192, 4096, PROT_NONE));
	munmap(p + 16384, 4096);
	q = mmap(p + 16384, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	printf("fixed %d\n", q == p + 16384);
	p = mremap(p, 4096, 8 << 20, MREMAP_MAYMOVE);
	printf("mremap <%s> %d\n", p, p[(8 << 20) - 1]);
	printf("madvise %d\n", madvise(p, 8 << 20, MADV_DONTNEED));
	printf("after: %d\n", p[0]);
	return 0;
}
