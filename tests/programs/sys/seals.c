/* Seals of memfd_create(2). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOEXEC	8	/* MFD_NOEXEC_SEAL */
#define EXEC	16
#define SEAL_EXEC	32

static char buf[16384];

static void show(const char *what, long r)
{
	if (r < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: %ld\n", what, r);
}
#define S(call) show(#call, call)

static int new(unsigned flags, int seals)
{
	int fd = memfd_create("file", flags);

	ftruncate(fd, 6000);
	if (seals)
		S(fcntl(fd, F_ADD_SEALS, seals));
	return fd;
}

static int again(int fd, int flags)
{
	char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return open(name, flags);
}

static long map(int fd, int prot, int flags)
{
	void *p = mmap(NULL, 4096, prot, flags, fd, 0);

	if (p == MAP_FAILED)
		return -1;
	long r = mprotect(p, 4096, PROT_READ | PROT_WRITE) < 0 ? 2 : 1;
	munmap(p, 4096);
	return r;
}

static void all(int fd)
{
	S(fcntl(fd, F_GET_SEALS));
	S(pwrite(fd, buf, 100, 0));
	S(pwrite(fd, buf, 2000, 5000));
	S(pwrite(fd, buf, 8000, 3000));
	S(pwrite(fd, buf, 1, 9000));
	S(pwrite(fd, buf, 0, 9000));
	S(ftruncate(fd, 9000));
	S(ftruncate(fd, 5000));
	S(ftruncate(fd, 6000));
	S(fallocate(fd, 0, 0, 1000));
	S(fallocate(fd, 0, 0, 100000));
	S(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 100));
	S(lseek(fd, 0, SEEK_END));
	S(map(fd, PROT_READ, MAP_PRIVATE));
	S(map(fd, PROT_READ, MAP_SHARED));
	S(map(fd, PROT_READ | PROT_WRITE, MAP_SHARED));
	S(fchmod(fd, 0700));
	S(fchmod(fd, 0600));
	S(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
	S(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
}

int main(void)
{
	struct stat st;
	int fd;

	all(new(0, 0));
	all(new(MFD_ALLOW_SEALING, F_SEAL_GROW));
	all(new(MFD_ALLOW_SEALING, F_SEAL_SHRINK));
	all(new(MFD_ALLOW_SEALING, F_SEAL_WRITE));
	all(new(MFD_ALLOW_SEALING, F_SEAL_FUTURE_WRITE));
	all(new(MFD_ALLOW_SEALING | EXEC, F_SEAL_GROW | F_SEAL_SHRINK));
	fd = new(NOEXEC, F_SEAL_SEAL);
	fstat(fd, &st);
	printf("%o\n", st.st_mode);
	all(fd);
	S(memfd_create("both", NOEXEC | EXEC));
	fd = new(MFD_ALLOW_SEALING, 0);
	S(fcntl(fd, F_ADD_SEALS, 64));
	S(fcntl(again(fd, O_RDONLY), F_ADD_SEALS, F_SEAL_GROW));
	S(fcntl(again(fd, O_RDWR), F_ADD_SEALS, F_SEAL_GROW));
	S(fcntl(fd, F_GET_SEALS));
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	S(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK));
	S(fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
	memset(p, 'x', 10);
	S(pread(fd, buf, 3, 1));
	munmap(p, 4096);
	S(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
	S(fcntl(fd, F_GET_SEALS));
	int pipes[2];
	pipe(pipes);
	S(fcntl(pipes[1], F_GET_SEALS));
	return 0;
}
