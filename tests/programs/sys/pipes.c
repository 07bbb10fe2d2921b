/* Pipes: their size, and opening one by way of /proc/self/fd. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "alone.h"

static void show(const char *what, long r)
{
	if (r < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: %ld\n", what, r);
}
#define S(call) show(#call, call)

static char buf[1 << 17];

static int again(int fd, int flags)
{
	char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return open(name, flags);
}

static int events(int fd)
{
	struct pollfd p = { fd, POLLIN | POLLOUT };

	poll(&p, 1, 0);
	return p.revents;
}

static void sizes(int r, int w)
{
	S(fcntl(r, F_GETPIPE_SZ));
	S(write(w, buf, sizeof(buf)));
	S(fcntl(w, F_SETPIPE_SZ, 4096));
	S(fcntl(w, F_SETPIPE_SZ, 65537));
	S(events(w));
	S(write(w, buf, sizeof(buf)));
	S(read(r, buf, 100000));
	S(fcntl(w, F_SETPIPE_SZ, 32768));
	S(fcntl(w, F_SETPIPE_SZ, 32769));
	S(fcntl(w, F_GETPIPE_SZ));
	S(read(r, buf, sizeof(buf)));
	S(fcntl(r, F_SETPIPE_SZ, 0));
	S(fcntl(w, F_GETPIPE_SZ));
	S(write(w, buf, 3));
	S(events(w));
	S(write(w, buf, 4094));
	S(write(w, buf, 4093));
	S(events(w));
	S(write(w, buf, 1));
	S(read(r, buf, 4095));
	S(write(w, buf, 1));
	S(read(r, buf, 2));
	S(write(w, buf, 5000));
	S(read(r, buf, 5000));
	S(fcntl(w, F_SETPIPE_SZ, 1 << 20));
	S(fcntl(w, F_SETPIPE_SZ, (1U << 31) + 1));
	S(fcntl(w, F_SETPIPE_SZ, LONG_MAX));
	S(fcntl(w, F_SETPIPE_SZ, 12289));
}

int main(void)
{
	int p[2], f;

	run_alone();
	pipe2(p, O_NONBLOCK);
	sizes(p[0], p[1]);
	mkfifo("/tmp/sys-pipes", 0600);
	f = open("/tmp/sys-pipes", O_RDWR | O_NONBLOCK);
	sizes(f, f);
	unlink("/tmp/sys-pipes");
	pipe(p);
	write(p[1], "text", 4);
	close(p[1]);
	int r = again(p[0], O_RDONLY);
	S(r > 0);
	S(read(r, buf, 10));
	S(read(r, buf, 10));
	S(events(r));
	int w = again(r, O_WRONLY);
	S(write(w, "more", 4));
	S(read(p[0], buf, 10));
	S(events(r));
	close(w);
	S(events(r));
	S(fcntl(r, F_GETFL) & ~0100000);
	return 0;
}
