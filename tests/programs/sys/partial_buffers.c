/* Buffers that reach into what is not mapped: what fits before it moves. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/socket.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/stat.h>
#include "alone.h"

static char *page, *end;

static void show(const char *what, long r)
{
	if (r < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: %ld\n", what, r);
}
#define S(call) show(#call, call)

int main(void)
{
	run_alone();
	mkdir("/tmp/sys-partial", 0755);
	chdir("/tmp/sys-partial");
	unlink("l");
	unlink("d/a");
	rmdir("d");
	page = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	end = page + 4096;
	mprotect(end, 8192, PROT_NONE);
	char *mid = end - 5, big[8192];
	memset(page, 'x', 4096);
	memset(big, 'y', sizeof big);
	int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0644), wo = open("file", O_WRONLY), dir = open(".", O_RDONLY);
	write(fd, "hello, world", 12);
	S(pread(fd, mid, 100, 0));
	S(pread(fd, mid, 100, 9));
	S(pread(fd, mid, 100, 12));
	S(pread(fd, end, 100, 12));
	S(pread(fd, end, 100, 0));
	S(pread(fd, 0, 1, 50));
	S(pread(fd, (char *)-4096, 1, 50));
	S(pread(fd, mid, 1L<<46, 0));
	S(lseek(fd, 0, 0));
	S(read(fd, mid, 4096));
	S(lseek(fd, 0, 1));
	struct iovec v[3] = { { mid, 3 }, { mid, 10 }, { big, 10 } };
	S(preadv(fd, v, 3, 0));
	S(readv(fd, v, 3));
	S(lseek(fd, 0, 1));
	struct iovec w[2] = { { end, 3 }, { big, 10 } };
	S(preadv(fd, w, 2, 0));
	S(preadv(fd, w, 2, 12));
	S(preadv(fd, w + 1, 1, 0));
	struct iovec z[2] = { { big, 3 }, { end, 10 } };
	S(preadv(fd, z, 2, 0));
	S(pwritev(fd, z, 2, 0));
	S(pwritev(fd, v, 3, 0));
	struct iovec neg[2] = { { big, 3 }, { big, -1 } };
	S(preadv(fd, neg, 2, 0));
	struct iovec ker[2] = { { big, 3 }, { (void *)-4096, 10 } };
	S(preadv(fd, ker, 2, 0));
	S(read(wo, end, 5));
	S(read(dir, end, 5));
	S(write(dir, end, 5));
	S(read(wo, mid, 50));
	S(pwrite(fd, mid, 100, 0));
	S(pwrite(fd, mid, 100, 20));
	S(pwrite(fd, end, 100, 20));
	S(lseek(fd, 0, 2));
	S(write(fd, mid, 4096));
	S(lseek(fd, 0, 1));
	S(pwrite(fd, page, 8192, 4090));
	struct stat st;
	fstat(fd, &st);
	printf("size %ld\n", st.st_size);
	int p[2];
	pipe(p);
	S(write(p[1], mid, 10));
	S(write(p[1], page, 4097));
	S(write(p[1], end, 1));
	S(fcntl(p[0], F_SETFL, O_NONBLOCK));
	S(read(p[0], big, 8192));
	S(write(p[1], "1234", 4));
	S(read(p[0], mid, 10));
	S(read(p[0], mid, 10));
	S(write(p[1], big, 5000));
	S(read(p[0], mid - 4091, 5000));
	S(read(p[0], big, 8192));
	int e = eventfd(3, EFD_NONBLOCK);
	S(read(e, mid, 8));
	S(read(e, mid, 5));
	S(read(e, big, 8));
	S(write(e, mid, 8));
	int s[2];
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s);
	S(write(s[1], mid, 10));
	S(write(s[1], "123", 3));
	S(read(s[0], mid, 100));
	int d[2];
	socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, d);
	S(write(d[1], mid, 10));
	S(write(d[1], "123", 3));
	S(read(d[0], mid, 100));
	S(write(d[1], "1234567", 7));
	S(read(d[0], mid, 100));
	S(read(d[0], big, 100));
	int zero = open("/dev/zero", O_RDWR), null = open("/dev/null", O_RDWR), rnd = open("/dev/urandom", O_RDONLY);
	S(read(zero, mid, 100));
	S(read(zero, end, 100));
	S(read(null, end, 100));
	S(write(null, end, 100));
	S(write(null, mid, 100));
	S(write(zero, end, 100));
	S(read(rnd, mid, 100));
	S(read(rnd, end, 10));
	S(syscall(SYS_getrandom, mid, 100, 0));
	S(syscall(SYS_getrandom, end, 100, 0));

	int proc = open("/proc/self/status", O_RDONLY);
	S(read(proc, mid, 4096));
	S(lseek(proc, 0, 1));
	S(read(proc, end, 4096));
	mkdir("d", 0755);
	close(open("d/a", O_CREAT|O_WRONLY, 0600));
	int dd = open("d", O_RDONLY);
	S(syscall(SYS_getdents64, dd, end - 1, 10));
	S(syscall(SYS_getdents64, dd, end - 1, 4096));
	S(syscall(SYS_getdents64, dd, end - 30, 4096));
	S(syscall(SYS_getdents64, dd, end - 30, 4096));
	S(lseek(dd, 0, 0));
	S(syscall(SYS_getdents64, dd, end, 0));
	S(syscall(SYS_getdents64, dd, end - 10, 24));
	S(syscall(SYS_getdents64, dd, end - 200, 4096));
	S(syscall(SYS_getdents64, dd, end, 4096));
	S(syscall(SYS_getdents, dd, end, 4096));
	S(lseek(dd, 0, 0));
	S(syscall(SYS_getdents, dd, end - 24, 4096));
	S(syscall(SYS_getdents, dd, end-7, 16));
	S(readlink("/proc/self/cwd", end, 4));
	S(symlink("abcdefghij", "l"));
	S(readlink("l", mid, 100));
	S(readlink("l", mid, 5));
	return 0;
}
