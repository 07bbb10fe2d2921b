/* Reads of a pipe to where nothing is mapped. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static int ends[2];
static char good[4];

static void try(void *first, void *second)
{
	struct iovec v[] = { { first, 4 }, { second, 4 } };
	char rest[16];

	if (write(ends[1], "12345678", 8) != 8)
		return;
	errno = 0;
	printf("read %zd ", read(ends[0], first, 0));
	long n = second ? readv(ends[0], v, 2) : readv(ends[0], v, 1);
	printf("readv %ld %d %.4s\n", n, errno, good);
	memset(good, 0, sizeof(good));
	while (write(ends[1], "x", 1) == 1 && read(ends[0], rest, sizeof(rest)) == sizeof(rest))
		;
}

int main(void)
{
	void *gone = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pipe(ends))
		return 1;
	if (write(ends[1], "1234", 4) != 4)
		return 2;
	errno = 0;
	printf("%zd %d\n", read(ends[0], 0, 4), errno);
	printf("%zd %d\n", read(ends[0], gone, 4), errno);
	printf("%zd\n", read(ends[0], good, 4));
	try(0, 0);
	try(gone, 0);
	try(good, (void *)8);
	try(good, gone);
	try((void *)8, good);
	close(ends[1]);
	printf("%zd\n", read(ends[0], 0, 4));
	return 0;
}
